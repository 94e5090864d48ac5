/** What a backup says of itself, in its `manifest.json`; and the facts of a registry's files that it is checked against. */
import { createHash, X509Certificate } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { fingerprintOf } from '../identity/certificate.ts'
import { isSetup } from '../identity/opaque-registry.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { Bytes, Fingerprint, Position, UserId } from '../protocol/messages.ts'
import { inspectDatabase } from './backup-thread.ts'

export const DATABASE = 'registry.sqlite'
export const CERTIFICATE = 'registry.pem'
export const SETUP = 'registry.opaque'
export const MANIFEST = 'manifest.json'
/** The version of a backup's layout; one that is not known is refused. */
export const BACKUP_VERSION = 1

/** Characters of a manifest: it has some three hundred. */
const MAX_MANIFEST = 16 * 1024
/** Bytes read at once for a digest. */
const CHUNK = 1024 * 1024

const BackupFile = Type.Object(
  {
    name: Type.Union([Type.Literal(DATABASE), Type.Literal(CERTIFICATE), Type.Literal(SETUP)]),
    bytes: Bytes,
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  },
  { additionalProperties: false },
)

const Facts = {
  /** The registry's id. */
  registry: UserId,
  /** Of its certificate. */
  fingerprint: Fingerprint,
  /** Version of the database's tables. */
  schema: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  users: Type.Integer({ minimum: 0 }),
  messages: Type.Integer({ minimum: 0 }),
  /** Position of the newest message. */
  head: Position,
}

const Manifest = Type.Object(
  {
    format: Type.Literal('optichat-registry-backup'),
    version: Type.Literal(BACKUP_VERSION),
    /** ISO 8601, UTC. */
    made: Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT[0-9:.]{8,15}Z$' }),
    ...Facts,
    files: Type.Array(BackupFile, { minItems: 3, maxItems: 3 }),
  },
  { additionalProperties: false },
)

export type Manifest = Static<typeof Manifest>
export type BackupFile = Static<typeof BackupFile>
export type Facts = Pick<Manifest, 'registry' | 'fingerprint' | 'schema' | 'users' | 'messages' | 'head'>

const check = Compile(Manifest)

/** @throws OptiChatError `backup-damaged` */
export function readManifest(backup: string): Manifest {
  const path = join(backup, MANIFEST)
  let manifest: unknown
  try {
    if (statSync(path).size > MAX_MANIFEST) throw new Error('it is too large')
    manifest = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new OptiChatError('backup-damaged', `${path}: ${(cause as Error).message}`, { cause })
  }
  if (!check.Check(manifest)) throw new OptiChatError('backup-damaged', `${path} is not one of version ${BACKUP_VERSION}`)
  if (new Set(manifest.files.map(({ name }) => name)).size < 3) throw new OptiChatError('backup-damaged', `${path} lacks a file`)
  return manifest
}

/** Size and SHA-256 of a file. @throws the system's errors */
export function digestOf<N extends string>(folder: string, name: N): { name: N; bytes: number; sha256: string } {
  const hash = createHash('sha256')
  const chunk = Buffer.allocUnsafe(CHUNK)
  let bytes = 0
  const file = openSync(join(folder, name), 'r')
  try {
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK, null)
      if (read === 0) break
      hash.update(chunk.subarray(0, read))
      bytes += read
    }
  } finally {
    closeSync(file)
  }
  return { name, bytes, sha256: hash.digest('hex') }
}

/**
 * Looks at every page of the database of a backup and at both keys.
 * @throws OptiChatError `backup-damaged`
 */
export async function factsOf(folder: string): Promise<Facts> {
  const damaged = (what: string, cause?: unknown) => new OptiChatError('backup-damaged', what, { cause })
  let fingerprint: string
  try {
    fingerprint = fingerprintOf(new X509Certificate(readFileSync(join(folder, CERTIFICATE))).raw)
  } catch (cause) {
    throw damaged(`${CERTIFICATE}: ${(cause as Error).message}`, cause)
  }
  if (!(await isSetup(readFileSync(join(folder, SETUP), 'utf8').trim()))) throw damaged(SETUP)
  return { ...(await inspectDatabase(join(folder, DATABASE))), fingerprint }
}
