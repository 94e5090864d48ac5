import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { BLOCK_SIZE } from '../../core/protocol/limits.ts'
import { BlockTags } from '../../core/transfer/block-tags.ts'

const TRANSFER = '12121212-3434-4565-8787-909090909090'

describe('the tag of a block', () => {
  it('is the same for whoever knows the transfer, as WIRE.md has it', () => {
    /** Made by another program: AES of another library, GHASH written out. */
    expect(new BlockTags(TRANSFER).of(7, Buffer.from('abc')).toString('hex')).to.equal('b41b70599577b082b999d2579de2c559')
    expect(new BlockTags(TRANSFER).of(0xffff_ffff, counted()).toString('hex')).to.equal('8884fada9b5b99abc5c608b8015894b4')
    expect(new BlockTags(TRANSFER).of(7, null).toString('hex')).to.equal('e78de7a9a16d7f096685e43599f4550b')
  })

  it('is another one for any bit that is wrong, any byte too few, at another place and in another transfer', () => {
    const tags = new BlockTags(TRANSFER)
    const data = randomBytes(257)
    const seen = new Set<string>([tags.of(3, data).toString('hex')])
    for (let bit = 0; bit < data.length * 8; bit++) {
      const wrong = Buffer.from(data)
      wrong.writeUInt8(wrong.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      seen.add(tags.of(3, wrong).toString('hex'))
    }
    for (let length = 1; length < data.length; length++) seen.add(tags.of(3, data.subarray(0, length)).toString('hex'))
    for (let index = 4; index < 100; index++) seen.add(tags.of(index, data).toString('hex'))
    seen.add(new BlockTags(TRANSFER.replace('1', '2')).of(3, data).toString('hex'))
    expect(seen.size).to.equal(1 + data.length * 8 + data.length - 1 + 96 + 1)
  })

  it('of zeros costs nothing, and nothing else has it', () => {
    const tags = new BlockTags(TRANSFER)
    const almost = Buffer.alloc(BLOCK_SIZE)
    expect(tags.of(5, almost)).to.deep.equal(tags.of(5, null))
    expect(tags.of(5, null)).not.to.deep.equal(tags.of(6, null))
    almost[BLOCK_SIZE - 1] = 1
    expect(tags.of(5, almost)).not.to.deep.equal(tags.of(5, null))
  })
})

/** A whole block that is the same each time. */
function counted(): Buffer {
  const block = Buffer.alloc(BLOCK_SIZE)
  for (let at = 0; at < BLOCK_SIZE; at += 32) createHash('sha256').update(`${at}`).digest().copy(block, at)
  return block
}
