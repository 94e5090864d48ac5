/** The browser window's shell: no dialogs and no paths for the page, but the file manager of this computer can be opened. */
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { Shell } from '../host/shell.ts'

/** Milliseconds after which a file manager that has not ended has opened. */
const SHOWING = 2_000

export const browserShell: Shell = { kind: 'browser', show }

/** Rejects, naming the folder, when no file manager could be started: then a person can still go there. */
async function show(path: string): Promise<void> {
  const there = statSync(path, { throwIfNoEntry: false })
  if (!there) throw new OptiChatError('file-unreadable', path)
  const folder = there.isDirectory() ? path : dirname(path)
  const [program, ...args] = fileManager(path, folder)
  await new Promise<void>((resolve, reject) => {
    const failed = (cause?: unknown) =>
      reject(new OptiChatError('internal', `no file manager was found; the folder is ${folder}`, { cause }))
    const child = spawn(program, args, { stdio: 'ignore', detached: true })
    child.once('error', failed)
    // One that stays is one that shows something.
    const staying = setTimeout(resolve, SHOWING)
    child.once('exit', (code) => {
      clearTimeout(staying)
      // Explorer ends with 1 although it has opened the folder.
      if (code === 0 || process.platform === 'win32') resolve()
      else failed()
    })
    child.unref()
  })
}

function fileManager(path: string, folder: string): [string, ...string[]] {
  if (process.platform === 'darwin') return path === folder ? ['open', folder] : ['open', '-R', path]
  if (process.platform === 'win32') return path === folder ? ['explorer.exe', folder] : ['explorer.exe', `/select,${path}`]
  return ['xdg-open', folder]
}
