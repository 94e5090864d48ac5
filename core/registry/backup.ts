/** A copy of a registry's data folder, made while the registry serves or rests. */
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { OptiChatError } from '../protocol/errors.ts'
import { copyPrivately, mustBeEmpty, sync, syncFolder, writePrivately } from './backup-files.ts'
import { BACKUP_VERSION, CERTIFICATE, DATABASE, digestOf, factsOf, MANIFEST, type Manifest, SETUP } from './backup-manifest.ts'
import { copyDatabase } from './backup-thread.ts'

/**
 * Writes a backup: database, certificate with its key, OPAQUE setup, and a manifest with their digests. The database is read in one
 * transaction of a connection of its own: that is consistent, holds everything that was acknowledged before, and neither the
 * registry's thread nor its store's waits for it (readers and the writer of a write-ahead log don't meet). It needs nothing of the
 * running registry, so that a registry that may write to its data folder only can be backed up anywhere.
 * @param data the registry's data folder
 * @param target made by this; it may be there when it is empty
 * @param now milliseconds since 1970
 * @throws OptiChatError `data-unreadable`, `folder-not-empty`, `backup-failed`; nothing of the target is left then
 */
export async function backUp(data: string, target: string, now: number): Promise<Manifest> {
  const from = resolve(data)
  const to = resolve(target)
  for (const name of [DATABASE, CERTIFICATE, SETUP]) {
    if (!existsSync(join(from, name))) throw new OptiChatError('data-unreadable', `${join(from, name)} is not there`)
  }
  mustBeEmpty(to)
  const partial = `${to}.${randomBytes(6).toString('hex')}.partial`
  const failed = (cause: unknown) => new OptiChatError('backup-failed', `${to}: ${(cause as Error).message}`, { cause })
  try {
    mkdirSync(dirname(to), { recursive: true })
    mkdirSync(partial, { mode: 0o700 })
  } catch (error) {
    throw failed(error)
  }
  try {
    const database = join(partial, DATABASE)
    await copyDatabase(join(from, DATABASE), database)
    chmodSync(database, 0o600)
    sync(database, 'r+')
    copyPrivately(join(from, CERTIFICATE), join(partial, CERTIFICATE))
    copyPrivately(join(from, SETUP), join(partial, SETUP))
    const manifest: Manifest = {
      format: 'optichat-registry-backup',
      version: BACKUP_VERSION,
      made: new Date(now).toISOString(),
      ...(await factsOf(partial)),
      files: [digestOf(partial, DATABASE), digestOf(partial, CERTIFICATE), digestOf(partial, SETUP)],
    }
    writePrivately(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
    syncFolder(partial)
    if (existsSync(to)) rmdirSync(to)
    renameSync(partial, to)
    syncFolder(dirname(to))
    return manifest
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    if (error instanceof OptiChatError && error.code !== 'registry-full') throw error
    throw failed(error)
  }
}
