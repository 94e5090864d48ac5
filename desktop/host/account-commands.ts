/** What the bridge's commands about who one is, and where, do. */
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { RegistryAddress } from '../../core/client/client.ts'
import { parseAddress } from '../../discovery/address.ts'
import type { AccountCommand } from '../bridge.ts'
import type { CommandParts, Commands } from './commands.ts'
import { writingFailed } from './errors.ts'
import type { Hosted } from './hosted.ts'

export function createAccountCommands({ client, clock, hosted, settings, ...parts }: CommandParts): Pick<Commands, AccountCommand> {
  const asSomebody = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } finally {
      parts.meChanged()
    }
  }
  return {
    register(text, name, password) {
      const { address, invite } = registryAt(text, hosted)
      return asSomebody(client.register(address, name, password, invite ? { invite } : {}))
    },
    login: (text, name, password) => asSomebody(client.login(registryAt(text, hosted).address, name, password)),
    logout: () => asSomebody(client.logout()),
    switchRegistry: (registry) => asSomebody(client.switchTo(registry)),

    devices: () => client.devices(),
    revokeDevice: (fingerprint) => client.revokeDevice(fingerprint),
    changePassword: (present, next, options) => client.changePassword(present, next, options),
    deleteAccount: (password) => asSomebody(client.deleteAccount(password)),

    async exportHistory(format) {
      const folder = settings.value.downloadFolder
      const stamp = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(':', '.')
      const path = join(folder, `OptiChat ${stamp}.${format === 'text' ? 'txt' : 'jsonl'}`)
      try {
        await mkdir(folder, { recursive: true })
        await pipeline(Readable.from(withEnds(client.export(format))), createWriteStream(path, { flags: 'wx', mode: 0o600 }))
      } catch (cause) {
        throw writingFailed(cause, path)
      }
      return path
    },
  }
}

function* withEnds(lines: Iterable<string>) {
  for (const line of lines) yield `${line}\n`
}

/**
 * What was typed or chosen as an address. One of the registry on this very computer gets the fingerprint its process told us;
 * one that was only found gets none, since anybody can say anything over multicast.
 */
function registryAt(text: string, hosted: Hosted): { address: RegistryAddress; invite: string | undefined } {
  const { host, port, fingerprint, code } = parseAddress(text)
  const own = hosted.view
  const isOwn = own.state === 'running' && own.address === host && own.port === port
  return { address: { host, port, fingerprint: fingerprint ?? (isOwn ? own.fingerprint : undefined) }, invite: code }
}
