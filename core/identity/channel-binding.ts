/**
 * Binds OPAQUE's session key to the TLS connection it was agreed on, in the way of RFC 9266: a man in the middle with a
 * certificate of its own has two connections with two exporters, so neither proof verifies.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

export const EXPORTER_LABEL = 'EXPORTER-Channel-Binding'

/**
 * @param sessionKey what OPAQUE agreed on, base64url
 * @param exporter 32 bytes of the TLS exporter under `EXPORTER_LABEL`
 * @returns both ends' proofs, base64url of 32 bytes
 */
export function bindingProofs(sessionKey: string, exporter: Buffer): { client: string; registry: string } {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(sessionKey, 'base64url'), Buffer.alloc(0), 'optichat channel binding', 32))
  const proof = (role: string) => createHmac('sha256', key).update(role).update(exporter).digest('base64url')
  return { client: proof('client'), registry: proof('registry') }
}

/** Compares two proofs in constant time. */
export function sameProof(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
