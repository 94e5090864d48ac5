/** Files of a backup on their way to the disk: for their owner only, and whole after a crash or not there. */
import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, openSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OptiChatError } from '../protocol/errors.ts'

/** Makes what was written outlive a crash. */
export function sync(path: string, flags: 'r' | 'r+'): void {
  const file = openSync(path, flags)
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** The same of the names in a folder; Windows has no such thing. */
export function syncFolder(path: string): void {
  if (process.platform !== 'win32') sync(path, 'r')
}

export function copyPrivately(from: string, to: string): void {
  copyFileSync(from, to)
  chmodSync(to, 0o600)
  sync(to, 'r+')
}

export function writePrivately(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
  sync(path, 'r+')
}

/** @throws OptiChatError `folder-not-empty`, also for a file of that name. */
export function mustBeEmpty(folder: string, except: readonly string[] = []): void {
  if (!existsSync(folder)) return
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (cause) {
    throw new OptiChatError('folder-not-empty', `${folder}: ${(cause as Error).message}`, { cause })
  }
  // A file system of its own, freshly made, has this.
  const found = names.find((name) => name !== 'lost+found' && !except.includes(name))
  if (found !== undefined) throw new OptiChatError('folder-not-empty', `${join(folder, found)} is in it`)
}
