import { createCipheriv, createHash } from 'node:crypto'
import { areZeros } from './zeros.ts'

/** Bytes of a tag. */
export const TAG = 16

const NOTHING = Buffer.alloc(0)

/**
 * The tags by which the blocks of one transfer are checked: GMAC (NIST SP 800-38D; a quarter of what SHA-256 costs), with the block's index
 * as IV and a key made of the transfer's id. Both ends know that id and nobody could before the offer, so no file is made to pass damaged;
 * but it is no secret: a tag finds faults, and against people in between there is TLS. The tag of zeros, however many, is that of nothing.
 */
export class BlockTags {
  readonly #key: Buffer

  constructor(transfer: string) {
    this.#key = createHash('sha256').update('optichat block').update(transfer).digest().subarray(0, 16)
  }

  /** @param data null for nothing but zeros */
  of(index: number, data: Buffer | null): Buffer {
    const iv = Buffer.alloc(12)
    iv.writeUInt32BE(index, 8)
    const gmac = createCipheriv('aes-128-gcm', this.#key, iv)
    gmac.setAAD(data === null || areZeros(data) ? NOTHING : data)
    gmac.final()
    return gmac.getAuthTag()
  }
}
