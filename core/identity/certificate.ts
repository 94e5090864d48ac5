/** Self-signed P-256 certificates: what a device and a registry are known by. */
import { createHash, webcrypto } from 'node:crypto'

/** A private key and its certificate, both PEM, and the certificate's fingerprint. */
export interface Identity {
  readonly key: string
  readonly certificate: string
  readonly fingerprint: string
}

/**
 * A fresh identity. P-256 with KeyUsage digitalSignature, since Electron's BoringSSL refuses Ed25519 certificates. The validity
 * means nothing, as only the fingerprint is ever checked; RFC 5280 §4.1.2.5's "no well-defined expiration" says so.
 */
export async function createIdentity(commonName: string): Promise<Identity> {
  // Loaded here, since it takes longer to load than most commands take to run, and each program makes its identity once.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: [{ CN: [commonName] }],
      notBefore: new Date('2020-01-01T00:00:00Z'),
      notAfter: new Date('9999-12-31T23:59:59Z'),
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
      ],
    },
    webcrypto,
  )
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
  return { key, certificate: certificate.toString('pem'), fingerprint: fingerprintOf(Buffer.from(certificate.rawData)) }
}

/** SHA-256 over a certificate's DER, lower-case hex. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex')
}

/** A fingerprint as people compare it: groups of four. */
export function readableFingerprint(fingerprint: string): string {
  return fingerprint.match(/.{1,4}/g)?.join(' ') ?? ''
}
