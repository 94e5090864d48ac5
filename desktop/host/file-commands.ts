/** What the bridge's commands about files and transfers do. */
import { mkdir } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { Transfer } from '../../core/client/client.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { FileCommand } from '../bridge.ts'
import type { CommandParts, Commands } from './commands.ts'
import { writingFailed } from './errors.ts'
import { checksums, pathToOpen, receivedFiles } from './received.ts'

export function createFileCommands({ client, settings, shell, uploads }: CommandParts): Pick<Commands, FileCommand> {
  const files = () => {
    if (!shell.files) throw new OptiChatError('bad-frame', 'a browser page names no paths')
    return shell.files
  }
  const transfer = (id: string): Transfer => {
    const known = client.transfer(id)
    if (!known) throw new OptiChatError('transfer-unknown')
    return known
  }

  return {
    offerPaths(to, paths) {
      files()
      if (!paths.every((path) => isAbsolute(path))) throw new OptiChatError('nothing-to-send', 'a path is not absolute')
      return client.offer(to, paths, { later: true })
    },
    async offerUploads(to, ids) {
      const batch = await uploads.gather(ids)
      try {
        const offered = await client.offer(to, batch.paths, { later: true })
        uploads.keep(batch, offered.id)
        return offered
      } catch (error) {
        await uploads.drop(batch)
        throw error
      }
    },
    async accept(id) {
      const into = transfer(id).into ?? settings.value.downloadFolder
      await mkdir(into, { recursive: true }).catch((cause: unknown) => {
        throw writingFailed(cause, into)
      })
      await client.accept(id, into)
    },
    decline: (id) => client.decline(id),
    cancel: (id) => client.cancel(id),
    pause: (id) => client.pause(id),
    resume: (id) => client.resume(id),

    received: (id) => receivedFiles(transfer(id)),
    checksums: (id) => checksums(transfer(id)),
    async open(id, index) {
      const path = await pathToOpen(transfer(id), index)
      return path.opens ? shell.open(path.path) : shell.show(path.path)
    },
    showFolder(id) {
      const { paths, into } = transfer(id)
      return shell.show(paths?.[0] ?? into ?? settings.value.downloadFolder)
    },
    pickFiles: () => files().pickFiles(),
    pickFolder: () => files().pickFolder(),
  }
}
