import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { GrowingFile } from '../../core/transfer/growing-file.ts'
import { PAST_CACHE } from '../../core/transfer/limits.ts'
import { PAGE, pageMemory } from '../../core/transfer/page-memory.ts'
import { Stage } from './pair.ts'
import { entry } from './stranger.ts'

const MIB = 1024 * 1024

describe('a large file that comes in', () => {
  let stage: Stage
  let path: string
  beforeEach(() => {
    stage = new Stage()
    path = join(stage.folder(), 'film.mkv')
  })
  afterEach(() => stage.close())

  const open = (bytes: number, past = true) => new GrowingFile(path, { index: 0, entry: entry('film.mkv', bytes) }, past)

  /** In pieces, as blocks of a transfer bring it: the first ones shorter where other files come before it. */
  async function fill(file: GrowingFile, content: Buffer, first: number, memoryOf: (piece: Buffer) => Buffer): Promise<number> {
    let past = 0
    for (let at = 0; at < content.length; ) {
      const piece = content.subarray(at, at === 0 ? first : Math.min(at + MIB, content.length))
      const memory = memoryOf(piece)
      const later = file.writePast(memory, at)
      if (later) past++
      else file.write(memory, at)
      await later
      memory.fill(0)
      at += piece.length
    }
    file.close()
    return past
  }

  const atPage = (piece: Buffer) => {
    const memory = pageMemory(piece.length)
    piece.copy(memory)
    return memory
  }

  for (const first of [MIB, 1, PAGE - 1, PAGE, 700_001]) {
    it(`is what was sent when its first piece has ${first} bytes`, async () => {
      const content = randomBytes(PAST_CACHE + 12_345)
      await fill(open(content.length), content, first, atPage)
      expect(readFileSync(path).equals(content)).to.equal(true)
    })
  }

  it('is what was sent when the disk will not take it from where it is in memory', async () => {
    const content = randomBytes(PAST_CACHE)
    await fill(open(content.length), content, MIB, (piece) => Buffer.from(piece))
    expect(readFileSync(path).equals(content)).to.equal(true)
  })

  it('goes the usual way on systems that have no other, and so does a small one', async () => {
    const content = randomBytes(PAST_CACHE)
    expect(await fill(open(content.length, false), content, MIB, atPage)).to.equal(0)
    const small = randomBytes(PAST_CACHE - 1)
    expect(await fill(open(small.length), small, MIB, atPage)).to.equal(0)
    expect(statSync(path).size, 'the one before is written over').to.equal(content.length)
    expect(readFileSync(path).subarray(0, small.length).equals(small)).to.equal(true)
  })

  it('leaves next to nothing in the system’s cache', async function () {
    const cached = (of: string) => Number(execFileSync('fincore', ['--bytes', '--noheadings', '--output', 'RES', of], { encoding: 'utf8' }))
    const isPossible = () => {
      const probe = join(stage.folder(), 'probe')
      writeFileSync(`${probe}.source`, Buffer.alloc(MIB))
      try {
        execFileSync('dd', [`if=${probe}.source`, `of=${probe}`, 'bs=1M', 'oflag=direct'], { stdio: 'ignore' })
        return cached(probe) === 0
      } catch {
        return false
      }
    }
    if (!isPossible()) {
      process.stdout.write('      left out: needs a filesystem that can be written past its cache, and fincore\n')
      this.skip()
    }
    const content = randomBytes(PAST_CACHE + 5_000)
    expect(await fill(open(content.length), content, 700_001, atPage)).to.equal(9)
    // A page at each end of each block, where the pages of a block are not whole.
    expect(cached(path)).to.be.at.most(9 * 2 * PAGE)
    expect(readFileSync(path).equals(content)).to.equal(true)
  })
})
