import { BLOCK_SIZE } from '../protocol/limits.ts'

const BLOCK = Buffer.alloc(BLOCK_SIZE)

/** As many zeros as a block has at most. */
export const zeros = (length: number): Buffer => BLOCK.subarray(0, length)

export const areZeros = (data: Buffer): boolean => data[0] === 0 && data.equals(zeros(data.length))
