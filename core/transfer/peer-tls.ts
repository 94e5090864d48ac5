/** TLS between two devices that know each other only by a ticket: mutual certificates, fingerprints, and the ticket's proof. */
import { createHmac, constants as crypto } from 'node:crypto'
import type { ConnectionOptions, TLSSocket, TlsOptions } from 'node:tls'
import type { Identity } from '../identity/certificate.ts'
import { EXPORTER_LABEL, sameProof } from '../identity/channel-binding.ts'
import { PEER_ALPN } from '../protocol/limits.ts'
import { PROOF_TIMEOUT } from './limits.ts'

/** Neither side resumes sessions: on a resumed one no certificate is seen. */
const shared = (identity: Identity) => ({
  key: identity.key,
  cert: identity.certificate,
  minVersion: 'TLSv1.3' as const,
  /** The cheapest first where AES is in hardware: a GiB is encrypted and decrypted on machines that also write it. */
  ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  ALPNProtocols: [PEER_ALPN],
  secureOptions: crypto.SSL_OP_NO_TICKET,
  /** There is no authority here: `fingerprintOfPeer` is what decides. */
  rejectUnauthorized: false,
})

export const serverOptions = (identity: Identity): TlsOptions => ({
  ...shared(identity),
  requestCert: true,
  handshakeTimeout: PROOF_TIMEOUT,
})

export const dialOptions = (identity: Identity): ConnectionOptions => ({ ...shared(identity), checkServerIdentity: () => undefined })

/** The certificate's fingerprint, lower-case hex; null (fail closed) without one or when the ALPN is not ours. */
export function fingerprintOfPeer(socket: TLSSocket): string | null {
  if (socket.alpnProtocol !== PEER_ALPN) return null
  const certificate = socket.getPeerX509Certificate()
  return certificate ? certificate.fingerprint256.replaceAll(':', '').toLowerCase() : null
}

/** Whether the peer ended the handshake because it speaks none of our ALPN: an OptiChat of another version (RFC 7301 §3.2). */
export const isOtherVersion = (error: Error): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'

/** TLS exporter of this connection: the same at both ends and nowhere else. */
export function exporterOf(socket: TLSSocket): Buffer {
  return socket.exportKeyingMaterial(32, EXPORTER_LABEL, Buffer.alloc(0))
}

export type PeerRole = 'receiver' | 'sender'

/** HMAC-SHA256 under the ticket's secret over the role's label and the exporter, base64url. */
export function proofOf(role: PeerRole, secret: string, exporter: Buffer): string {
  return createHmac('sha256', Buffer.from(secret, 'base64url')).update(`optichat ${role}`).update(exporter).digest('base64url')
}

export function proves(proof: string, role: PeerRole, secret: string, exporter: Buffer): boolean {
  return sameProof(proof, proofOf(role, secret, exporter))
}
