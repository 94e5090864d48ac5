/** Small file work that several parts of receiving share: the system's errors in our words, and getting bytes onto the disk. */
import { execFile } from 'node:child_process'
import { closeSync, fsync, openSync, statfsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import { because } from '../protocol/reasons.ts'

const fsyncLater = promisify(fsync)
const run = promisify(execFile)

const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** Bytes that can still be written to a folder; null where its filesystem does not tell (some on the network). */
export function roomIn(folder: string): number | null {
  const disk = statfsSync(folder)
  return disk.blocks === 0 ? null : disk.bavail * disk.bsize
}

/** What is needed and what there is, for people. */
export function noRoom(needed: number, free: number): OptiChatError {
  return new OptiChatError('disk-full', because('space-short', { needed, free }))
}

/** A fault of the disk on the receiving side as an error for people; one that is none of the disk's is `internal`. */
export function asDiskError(error: unknown, path: string): OptiChatError {
  if (error instanceof OptiChatError) return error
  const { code, syscall } = error as NodeJS.ErrnoException
  if (!code || !syscall) return asOptiChatError(error)
  if (FULL.has(code)) return new OptiChatError('disk-full', path, { cause: error })
  return new OptiChatError('folder-unwritable', `${path}: ${code}`, { cause: error })
}

/** Files and folders reach the disk before it resolves, one by one. */
export async function syncEach(paths: readonly string[]): Promise<void> {
  for (const path of paths) await syncOne(path)
}

/**
 * All that was written below `folder` reaches the disk before it resolves: by one sync of the filesystem where the system has that
 * (`sync -f`, Linux), as an fsync of each file costs several times more; else by one fsync of each.
 */
export async function syncTree(folder: string): Promise<void> {
  if (process.platform === 'linux' && (await syncFilesystem(folder))) return
  for (const item of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, item.name)
    if (item.isDirectory()) await syncTree(path)
    else await syncOne(path)
  }
  await syncOne(folder, true)
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
