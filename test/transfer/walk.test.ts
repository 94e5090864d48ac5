import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { systemClock } from '../../core/protocol/clock.ts'
import { BLOCK_SIZE } from '../../core/protocol/limits.ts'
import { chunks, Layout } from '../../core/transfer/manifest.ts'
import { Source } from '../../core/transfer/source.ts'
import { summaryOf, walk } from '../../core/transfer/walk.ts'
import { Stage } from './pair.ts'
import { entry } from './stranger.ts'
import { write } from './trees.ts'

describe('the list of what is sent', () => {
  let stage: Stage
  let folder: string
  beforeEach(() => {
    stage = new Stage()
    folder = stage.folder()
  })
  afterEach(() => stage.close())

  const listed = (paths: string[]) => walk(paths, systemClock)
  const code = (paths: string[]) =>
    listed(paths).then(
      () => 'nothing',
      (error) => error.code,
    )

  it('has each folder before what is in it, by name, and is the same each time', async () => {
    for (const name of ['top/b.txt', 'top/a.txt', 'top/sub/z', 'top/sub/y', 'top/B']) write(join(folder, name), name)
    mkdirSync(join(folder, 'top', 'empty'))
    const first = await listed([join(folder, 'top')])
    expect(first.entries.map(({ path, kind }) => `${kind} ${path}`)).to.deep.equal([
      'dir top',
      'file top/B',
      'file top/a.txt',
      'file top/b.txt',
      'dir top/empty',
      'dir top/sub',
      'file top/sub/y',
      'file top/sub/z',
    ])
    expect(first.totals).to.include({ count: 5, entries: 8 })
    expect((await listed([join(folder, 'top')])).totals.digest).to.equal(first.totals.digest)
    write(join(folder, 'top', 'a.txt'), 'something else')
    expect((await listed([join(folder, 'top')])).totals.digest).to.not.equal(first.totals.digest)
  })

  it('gives two top-level items of one name different ones', async () => {
    const paths = [write(join(folder, '1', 'same.txt'), 'a'), write(join(folder, '2', 'same.txt'), 'b')]
    expect((await listed(paths)).entries.map(({ path }) => path)).to.deep.equal(['same.txt', 'same (2).txt'])
  })

  it('leaves links, sockets and pipes out, and says so', async () => {
    write(join(folder, 'top', 'real.txt'), 'x')
    symlinkSync('/etc/passwd', join(folder, 'top', 'link.txt'))
    symlinkSync('/', join(folder, 'top', 'everything'))
    spawnSync('mkfifo', [join(folder, 'top', 'pipe')])
    symlinkSync(join(folder, 'top'), join(folder, 'named'))
    const listing = await listed([join(folder, 'top'), join(folder, 'named')])
    expect(listing.entries.map(({ path }) => path)).to.deep.equal(['top', 'top/real.txt'])
    expect(listing.skipped).to.deep.equal([
      `${join(folder, 'top', 'everything')}: a link`,
      `${join(folder, 'top', 'link.txt')}: a link`,
      `${join(folder, 'top', 'pipe')}: neither a file nor a folder`,
      `${join(folder, 'named')}: a link`,
    ])
  })

  it('has nothing to send without paths, or when all were left out', async () => {
    symlinkSync('/etc/passwd', join(folder, 'link'))
    expect(await code([])).to.equal('nothing-to-send')
    expect(await code([join(folder, 'link')])).to.equal('nothing-to-send')
  })

  it('says which of the named files is missing', async () => {
    const error = await listed([join(folder, 'missing.txt')]).catch((thrown) => thrown)
    expect(error).to.include({ code: 'file-unreadable', detail: join(folder, 'missing.txt') })
  })

  it('names at most a hundred files in the offer and counts them all', async () => {
    for (let n = 0; n < 130; n++) write(join(folder, 'many', `${n}`), 'four')
    const summary = summaryOf(await listed([join(folder, 'many')]))
    expect(summary.files).to.have.length(100)
    expect(summary).to.include({ count: 130, bytes: 520 })
  })

  it('travels in pieces, however long the paths are', () => {
    const entries = Array.from({ length: 1_000 }, (_, n) => entry(`${'長'.repeat(n * 3)}${n}`))
    const pieces = [...chunks(entries)]
    expect(pieces.flat()).to.deep.equal(entries)
    for (const piece of pieces) expect(Buffer.byteLength(JSON.stringify(piece))).to.be.below(256 * 1024)
  })

  it('cuts files into spans of blocks that cover every byte once', () => {
    const sizes = [1, 0, BLOCK_SIZE, 5, 3 * BLOCK_SIZE - 7, 0, 1, 1, 1]
    const layout = new Layout(sizes.map((bytes, n) => entry(`${n}`, bytes)))
    const covered = sizes.map(() => 0)
    const ends: number[] = []
    for (let block = 0; block < layout.blocks; block++) {
      let length = 0
      for (const span of layout.spans(block)) {
        expect(span.position).to.equal(covered[span.entry])
        covered[span.entry] = span.position + span.length
        length += span.length
        if (span.last) ends.push(span.entry)
      }
      expect(length).to.equal(layout.length(block))
    }
    expect(covered).to.deep.equal(sizes)
    expect(ends).to.deep.equal([0, 2, 3, 4, 6, 7, 8])
  })

  it('notices a file that grew, shrank, or went while it is read', async () => {
    const buffer = Buffer.alloc(BLOCK_SIZE)
    const outcome = async (change: (path: string) => void) => {
      const path = write(join(folder, 'file.bin'), Buffer.alloc(2 * BLOCK_SIZE, 1))
      utimesSync(path, 1_600_000_000, 1_600_000_000)
      const source = new Source(await listed([path]))
      source.read(0, buffer)
      change(path)
      try {
        source.read(1, buffer)
        return 'nothing'
      } catch (error) {
        return (error as { code: string }).code
      } finally {
        source.close()
      }
    }
    expect(await outcome(() => undefined)).to.equal('nothing')
    expect(await outcome((path) => writeFileSync(path, Buffer.alloc(2 * BLOCK_SIZE + 1)))).to.equal('file-changed')
    expect(await outcome((path) => writeFileSync(path, 'short'))).to.equal('file-changed')
    expect(await outcome((path) => writeFileSync(path, Buffer.alloc(2 * BLOCK_SIZE, 2)))).to.equal('file-changed')
    expect(await outcome((path) => rmSync(path)), 'an open file can be read to its end').to.equal('nothing')
  })

  it('does not follow a link that took a file’s place since', async () => {
    const path = write(join(folder, 'file.txt'), 'mine')
    const source = new Source(await listed([path]))
    rmSync(path)
    symlinkSync(write(join(folder, 'secret.txt'), 'keys'), path)
    expect(() => source.read(0, Buffer.alloc(10)))
      .to.throw()
      .with.property('code', 'file-unreadable')
  })
})
