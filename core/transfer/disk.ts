/** Small file work that several parts of receiving share: the system's errors in our words, and getting bytes onto the disk. */
import { execFile } from 'node:child_process'
import { closeSync, fsync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import { SYNC_EACH } from './limits.ts'

const fsyncLater = promisify(fsync)
const run = promisify(execFile)

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** A fault of the disk on the receiving side as an error for people; one that is none of the disk's is `internal`. */
export function asDiskError(error: unknown, path: string): OptiChatError {
  if (error instanceof OptiChatError) return error
  const { code, syscall } = error as NodeJS.ErrnoException
  if (!code || !syscall) return asOptiChatError(error)
  if (FULL.has(code)) return new OptiChatError('disk-full', path, { cause: error })
  return new OptiChatError('folder-unwritable', `${path}: ${code}`, { cause: error })
}

/**
 * Files (or folders) reach the disk before it resolves: a few by fsync each; many by one sync of the filesystem that `folder`
 * is on, where the system has that (`sync -f`, Linux), as an fsync of each costs several times more.
 */
export async function syncAll(folder: string, files: readonly string[]): Promise<void> {
  if (files.length > SYNC_EACH && process.platform === 'linux' && (await syncFilesystem(folder))) return
  for (const file of files) await syncOne(file)
}

/** False where the command is missing or does not know the option. */
async function syncFilesystem(folder: string): Promise<boolean> {
  try {
    await run('sync', ['-f', folder])
    return true
  } catch {
    return false
  }
}

/** Windows syncs only what is open for writing, and no folders. */
export async function syncOne(path: string, isFolder = false): Promise<void> {
  if (isFolder && process.platform === 'win32') return
  const fd = openSync(path, process.platform === 'win32' ? 'r+' : 'r')
  try {
    await fsyncLater(fd)
  } finally {
    closeSync(fd)
  }
}
