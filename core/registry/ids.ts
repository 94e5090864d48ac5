import { createHmac, randomBytes } from 'node:crypto'

/** 128 random bits, base64url: 22 characters. */
export function newId(): string {
  return randomBytes(16).toString('base64url')
}

/**
 * The id under which OPAQUE answers for a name nobody has. It must stay the same for a name, as the answer to one and the same
 * request would otherwise differ from try to try, which it doesn't for a user who is there.
 */
export function idOfNobody(setup: string, nameKey: string): string {
  return createHmac('sha256', setup).update('nobody\n').update(nameKey).digest().subarray(0, 16).toString('base64url')
}
