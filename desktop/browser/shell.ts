/** The browser window's shell: no dialogs and no paths for the page, but programs and the file manager of this computer can be opened. */
import { spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { Shell } from '../host/shell.ts'

/** Milliseconds after which a program that has not ended has opened. */
const SHOWING = 2_000

export const browserShell: Shell = { kind: 'browser', open, show }

/** Rejects, naming the path, when this computer has no program for it: then a person can still go there. */
function open(path: string): Promise<void> {
  return start(openerFor(path), `nothing was found to open it with; it is ${path}`)
}

async function show(path: string): Promise<void> {
  const there = statSync(path, { throwIfNoEntry: false })
  if (!there) throw new OptiChatError('file-unreadable', path)
  const folder = there.isDirectory() ? path : dirname(path)
  await start(fileManager(path, folder), `no file manager was found; the folder is ${folder}`)
}

async function start([program, ...args]: [string, ...string[]], complaint: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (cause?: unknown) => reject(new OptiChatError('internal', complaint, { cause }))
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

function openerFor(path: string): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', path]
  if (process.platform === 'win32') return ['explorer.exe', path]
  return ['xdg-open', path]
}

function fileManager(path: string, folder: string): [string, ...string[]] {
  if (process.platform === 'darwin' && path !== folder) return ['open', '-R', path]
  if (process.platform === 'win32' && path !== folder) return ['explorer.exe', `/select,${path}`]
  return openerFor(folder)
}
