import { OptiChatError } from '../protocol/errors.ts'

/** Bytes of an OPAQUE registration record (RFC 9807 §5.1: public key, masking key, envelope) for ristretto255 and SHA-512. */
const RECORD_BYTES = 192

/** @throws OptiChatError `bad-frame` for what can be no registration record */
export function checkRecord(record: string): void {
  if (Buffer.from(record, 'base64url').length !== RECORD_BYTES) throw new OptiChatError('bad-frame', 'registration record')
}
