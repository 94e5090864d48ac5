/** The registry's folder: its keys, its database, and the lock that keeps a second registry out. */

import { X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createIdentity, fingerprintOf, type Identity } from '../identity/certificate.ts'
import { createSetup, isSetup } from '../identity/opaque-registry.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { replaceFile } from '../replace-file.ts'
import { lockFile } from '../sqlite.ts'

export interface DataFolder {
  readonly identity: Identity
  /** OPAQUE's server setup. */
  readonly setup: string
  /** Path of the database. */
  readonly database: string
  /** Lets another registry in. */
  release(): void
}

/**
 * Opens the folder, or makes it with a new identity. A folder that has a database but lost a key is refused, not mended: every
 * client would take a new identity for an attack, and a new OPAQUE setup breaks every password.
 * @throws OptiChatError `data-in-use`, `data-unreadable`
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path)
  try {
    makeFolder(folder)
    // It may have been there, open to others.
    chmodSync(folder, 0o700)
  } catch (cause) {
    throw new OptiChatError('data-unreadable', `${folder}: ${(cause as Error).message}`, { cause })
  }
  const release = lockFile(join(folder, 'registry.lock'))
  try {
    const database = join(folder, 'registry.sqlite')
    const fresh = !existsSync(database)
    const pem = await keyFile(join(folder, 'registry.pem'), fresh, async () => {
      const { key, certificate } = await createIdentity('OptiChat registry')
      return `${key.trim()}\n${certificate.trim()}\n`
    })
    const setupFile = join(folder, 'registry.opaque')
    const setup = (await keyFile(setupFile, fresh, async () => `${await createSetup()}\n`)).trim()
    if (!(await isSetup(setup))) throw new OptiChatError('data-unreadable', `${setupFile} is damaged`)
    return { identity: readIdentity(pem, folder), setup, database, release }
  } catch (error) {
    release()
    if (error instanceof OptiChatError) throw error
    throw new OptiChatError('data-unreadable', `${folder}: ${(error as Error).message}`, { cause: error })
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    // Of a file system that is read-only Node says just that only when it is to make one folder.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    mkdirSync(path, { mode: 0o700 })
  }
}

function readIdentity(pem: string, folder: string): Identity {
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(pem)?.[0]
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0]
  if (!key || !certificate) throw new OptiChatError('data-unreadable', `${join(folder, 'registry.pem')} is damaged`)
  return { key, certificate, fingerprint: fingerprintOf(new X509Certificate(certificate).raw) }
}

async function keyFile(path: string, fresh: boolean, make: () => Promise<string>): Promise<string> {
  if (!existsSync(path)) {
    if (!fresh) throw new OptiChatError('data-unreadable', `${path} is missing: put it back from a backup`)
    replaceFile(path, await make())
  }
  return readFileSync(path, 'utf8')
}
