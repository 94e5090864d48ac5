import { createHash } from 'node:crypto'
import { BLOCK_SIZE } from '../protocol/limits.ts'

const BLOCK = Buffer.alloc(BLOCK_SIZE)
const OF_BLOCK = createHash('sha256').update(BLOCK).digest()

/** As many zeros as a block has at most. */
export const zeros = (length: number): Buffer => BLOCK.subarray(0, length)

export const areZeros = (data: Buffer): boolean => data[0] === 0 && data.equals(zeros(data.length))

/** SHA-256 of a block of zeros: known beforehand for a whole one, as an empty disk image has thousands. */
export const hashOfZeros = (length: number): Buffer =>
  length === BLOCK_SIZE ? OF_BLOCK : createHash('sha256').update(zeros(length)).digest()
