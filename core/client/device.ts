/** This installation's key and certificate on disk: what registries and peers know it by. */
import { X509Certificate } from 'node:crypto'
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createIdentity, fingerprintOf, type Identity } from '../identity/certificate.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { because } from '../protocol/reasons.ts'

const FILE = 'device.pem'

/** What a program calls itself in the list of devices: people with several computers know by it which one that is. */
export const deviceName = (program: string): string => `${program} on ${hostname()}`

/**
 * The device identity of a profile folder (made with mode 0700), created at first use in `device.pem` (mode 0600).
 * Two processes that start at once get the same one.
 * @throws OptiChatError `data-unreadable`
 */
export async function deviceIdentity(folder: string): Promise<Identity> {
  const file = join(folder, FILE)
  const existing = unreadable(folder, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return read(file)
  })
  if (existing) return existing
  const made = await createIdentity('OptiChat device')
  return unreadable(folder, () => {
    const temporary = `${file}.${process.pid}.${made.fingerprint.slice(0, 8)}`
    writeFileSync(temporary, `${made.certificate.trim()}\n${made.key.trim()}\n`, { mode: 0o600, flag: 'wx', flush: true })
    try {
      // A link, not a rename: whoever comes first wins, and the key is never half there.
      linkSync(temporary, file)
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error
    } finally {
      rmSync(temporary)
    }
    return read(file) ?? made
  })
}

function read(file: string): Identity | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
  if (process.platform !== 'win32') chmodSync(file, 0o600)
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0]
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(text)?.[0]
  if (!certificate || !key) throw new OptiChatError('data-unreadable', `${file} is no device identity`)
  return { certificate, key, fingerprint: fingerprintOf(new X509Certificate(certificate).raw) }
}

function unreadable<T>(folder: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    if (cause instanceof OptiChatError) throw cause
    throw new OptiChatError(
      'data-unreadable',
      because('system', { path: folder, message: cause instanceof Error ? cause.message : String(cause) }),
      { cause },
    )
  }
}

const isCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
