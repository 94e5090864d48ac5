/** Files and folders that we make, or made in an earlier attempt: never a link, never somebody else's. */
import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, type Stats, writeSync } from 'node:fs'
import { OptiChatError } from '../protocol/errors.ts'
import { because } from '../protocol/reasons.ts'
import { WRITE } from './limits.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_RDWR } = constants

/** Null for what is not there. */
export function statOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return null
    throw error
  }
}

/** A folder that is a folder and no link; made if missing. */
export function plainFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (!lstatSync(path).isDirectory()) throw new OptiChatError('folder-unwritable', because('something-there', { path }))
  }
}

/** A folder that nobody else can write to: in a shared one, another user could have made it for us. */
export function assertOwn(path: string): void {
  const stat = lstatSync(path)
  if (!stat.isDirectory()) throw new OptiChatError('folder-unwritable', because('something-there', { path }))
  if (process.platform === 'win32') return
  if (stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0) {
    throw new OptiChatError('folder-unwritable', because('not-ours-alone', { path }))
  }
}

/** Opens for reading and writing: a plain file with no other name. `size`: of what was there before; 0 for one that was made now. */
export function openPlain(path: string, mode: number): { readonly fd: number; readonly size: number } {
  try {
    return { fd: openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode), size: 0 }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const fd = openSync(path, O_RDWR | O_NOFOLLOW)
  const stat = fstatSync(fd)
  if (stat.isFile() && stat.nlink === 1) return { fd, size: stat.size }
  closeSync(fd)
  throw new OptiChatError('folder-unwritable', because('something-there', { path }))
}

/** In pieces that the system finds room for in its cache easily: see `WRITE`. */
export function writeAll(fd: number, data: Buffer, position: number): void {
  for (let at = 0; at < data.length; ) at += writeSync(fd, data, at, Math.min(WRITE, data.length - at), position + at)
}
