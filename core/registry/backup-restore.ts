/** A backup put back: a data folder that a registry can start on. */
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { OptiChatError } from '../protocol/errors.ts'
import { lockFile, openDatabase, transaction } from '../sqlite.ts'
import { copyPrivately, mustBeEmpty, sync, syncFolder } from './backup-files.ts'
import { CERTIFICATE, DATABASE, digestOf, factsOf, type Manifest, readManifest, SETUP } from './backup-manifest.ts'

const LOCK = 'registry.lock'
/** What an attempt that failed leaves. */
const LEFT = [LOCK, `${LOCK}-journal`]

/**
 * Positions left out after a backup was put back. Those that the registry gave out after the backup was made are known to clients,
 * which catch up from there: a new message at such a position would never reach them. More than any registry stores between backups.
 */
const RESTORED_GAP = 1_000_000_000

/**
 * Checks a backup, digest by digest and page by page, then copies it into a data folder that is empty or does not exist. The keys come
 * last: a folder with a database and without keys is refused by a registry, so that what a crash leaves is never served.
 * @throws OptiChatError `backup-damaged`, `folder-not-empty`, `data-in-use`, `data-unreadable`; nothing is left in the folder then
 */
export async function restore(backup: string, data: string): Promise<Manifest> {
  const from = resolve(backup)
  const to = resolve(data)
  const manifest = await checkBackup(from)
  mustBeEmpty(to, LEFT)
  try {
    mkdirSync(to, { recursive: true, mode: 0o700 })
    chmodSync(to, 0o700)
  } catch (cause) {
    throw new OptiChatError('data-unreadable', `${to}: ${(cause as Error).message}`, { cause })
  }
  const release = lockFile(join(to, LOCK))
  const names = [DATABASE, SETUP, CERTIFICATE] as const
  try {
    // Somebody may have been faster.
    mustBeEmpty(to, LEFT)
    try {
      for (const name of names) copyPrivately(join(from, name), join(to, `${name}.new`))
      for (const { name, sha256 } of manifest.files) {
        const copied = digestOf(to, `${name}.new`)
        if (copied.sha256 !== sha256) throw new OptiChatError('backup-damaged', `${name} changed while it was copied`)
      }
      leaveGap(join(to, `${DATABASE}.new`))
      for (const name of names) {
        renameSync(join(to, `${name}.new`), join(to, name))
        syncFolder(to)
      }
    } catch (error) {
      for (const name of names)
        for (const path of [name, `${name}.new`, `${name}.new-wal`, `${name}.new-shm`]) rmSync(join(to, path), { force: true })
      if (error instanceof OptiChatError) throw error
      throw new OptiChatError('data-unreadable', `${to}: ${(error as Error).message}`, { cause: error })
    }
  } finally {
    release()
  }
  return manifest
}

/** @throws OptiChatError `backup-damaged` naming the file */
async function checkBackup(from: string): Promise<Manifest> {
  const manifest = readManifest(from)
  for (const { name, bytes, sha256 } of manifest.files) {
    let found: ReturnType<typeof digestOf>
    try {
      found = digestOf(from, name)
    } catch (cause) {
      throw new OptiChatError('backup-damaged', `${join(from, name)}: ${(cause as Error).message}`, { cause })
    }
    if (found.bytes !== bytes || found.sha256 !== sha256) throw new OptiChatError('backup-damaged', `${join(from, name)} is not as it was`)
  }
  const facts = await factsOf(from)
  if (facts.registry !== manifest.registry || facts.fingerprint !== manifest.fingerprint || facts.head !== manifest.head) {
    throw new OptiChatError('backup-damaged', 'its files are not of one registry')
  }
  return manifest
}

/** By statements that are done when `exec` returns: one that was prepared would keep the file open. */
function leaveGap(path: string): void {
  const database = openDatabase(path)
  try {
    transaction(database, () => {
      database.exec(`
        INSERT INTO sqlite_sequence SELECT 'messages', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'messages');
        UPDATE sqlite_sequence SET seq = seq + ${RESTORED_GAP} WHERE name = 'messages'`)
    })
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
  sync(path, 'r+')
}
