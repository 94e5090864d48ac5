/** Where a profile keeps what it knows: its folder, everywhere but in tests. */
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Identity } from '../identity/certificate.ts'
import { type DatabaseSync, openDatabase } from '../sqlite.ts'
import { deviceIdentity } from './device.ts'

export interface ProfileDisk {
  /** This installation's key and certificate, made at first use. */
  identity(folder: string): Promise<Identity>
  /** Opens a database or makes it, for its owner only. */
  database(file: string): DatabaseSync
}

export const realDisk: ProfileDisk = {
  identity: deviceIdentity,
  database(file) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const database = openDatabase(file)
    if (process.platform !== 'win32') chmodSync(file, 0o600)
    return database
  },
}
