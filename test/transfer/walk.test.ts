import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { systemClock } from '../../core/protocol/clock.ts'
import { BLOCK_SIZE } from '../../core/protocol/limits.ts'
import { parseEntries } from '../../core/transfer/entries.ts'
import type { Listing } from '../../core/transfer/listing.ts'
import { Manifest } from '../../core/transfer/manifest.ts'
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

  const entriesOf = ({ manifest }: Listing) => [...manifest.all()].map(([, one]) => one)
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
    expect(entriesOf(first).map(({ path, kind }) => `${kind} ${path}`)).to.deep.equal([
      'dir top',
      'file top/B',
      'file top/a.txt',
      'file top/b.txt',
      'dir top/empty',
      'dir top/sub',
      'file top/sub/y',
      'file top/sub/z',
    ])
    expect(first.manifest).to.include({ count: 5, entries: 8 })
    expect((await listed([join(folder, 'top')])).manifest.totals().digest).to.equal(first.manifest.totals().digest)
    write(join(folder, 'top', 'a.txt'), 'something else')
    expect((await listed([join(folder, 'top')])).manifest.totals().digest).to.not.equal(first.manifest.totals().digest)
  })

  it('gives two top-level items of one name different ones', async () => {
    const paths = [write(join(folder, '1', 'same.txt'), 'a'), write(join(folder, '2', 'same.txt'), 'b')]
    expect(entriesOf(await listed(paths)).map(({ path }) => path)).to.deep.equal(['same.txt', 'same (2).txt'])
  })

  it('leaves links, sockets and pipes out, and says so', async () => {
    write(join(folder, 'top', 'real.txt'), 'x')
    symlinkSync('/etc/passwd', join(folder, 'top', 'link.txt'))
    symlinkSync('/', join(folder, 'top', 'everything'))
    spawnSync('mkfifo', [join(folder, 'top', 'pipe')])
    symlinkSync(join(folder, 'top'), join(folder, 'named'))
    const listing = await listed([join(folder, 'top'), join(folder, 'named')])
    expect(entriesOf(listing).map(({ path }) => path)).to.deep.equal(['top', 'top/real.txt'])
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

  it('travels in pieces that fit a frame, however long the paths are', () => {
    const entries = Array.from({ length: 1_000 }, (_, n) => entry(`${'長'.repeat(n * 3)}${n}`))
    const manifest = new Manifest()
    for (const one of entries) manifest.add(one)
    const pieces = [...manifest.linesFrom(0)]
    expect(pieces.flatMap((piece) => parseEntries(piece))).to.deep.equal(entries)
    for (const piece of pieces) expect(piece.length).to.be.below(256 * 1024)
    const [first] = pieces
    expect(Buffer.concat([...manifest.linesFrom(first?.length ?? 0)])).to.deep.equal(Buffer.concat(pieces.slice(1)))
    expect(manifest.digestOf(manifest.size)).to.equal(manifest.totals().digest)
    expect(manifest.digestOf(manifest.size + 1)).to.equal(null)
  })

  it('takes no sizes beyond what numbers can hold', () => {
    const manifest = new Manifest()
    manifest.add(entry('a', 2 ** 51))
    expect(() => manifest.add(entry('b', 2 ** 52)))
      .to.throw()
      .with.property('code', 'peer-protocol')
  })

  it('finds each entry by its number while it grows and when it is whole', () => {
    const manifest = new Manifest()
    for (let n = 0; n < 2_000; n++) {
      manifest.add(entry(`${n}`, n % 3, n % 3 === 0 ? 'dir' : 'file'))
      if (n % 100 === 0) expect(manifest.entry(n).path).to.equal(`${n}`)
    }
    manifest.close()
    for (const n of [1_999, 0, 255, 256, 1_000, 257]) expect(manifest.entry(n).path).to.equal(`${n}`)
    expect([...manifest.all()].map(([index]) => index)).to.deep.equal(Array.from({ length: 2_000 }, (_, n) => n))
    expect([...manifest.foldersUpwards()].map(([index]) => index)).to.deep.equal(
      Array.from({ length: 2_000 }, (_, n) => n)
        .filter((n) => n % 3 === 0)
        .reverse(),
    )
  })

  it('cuts files into spans of blocks that cover every byte once, also while the list grows', () => {
    const sizes = [1, 0, BLOCK_SIZE, 5, 3 * BLOCK_SIZE - 7, 0, 1, 1, 1, ...Array.from({ length: 600 }, (_, n) => n * 20)]
    for (const early of [false, true]) {
      const manifest = new Manifest()
      const covered = sizes.map(() => 0)
      const ends: number[] = []
      let next = 0
      const cover = () => {
        for (; next < manifest.blocks; next++) {
          let length = 0
          for (const span of manifest.spans(next)) {
            expect(span.position).to.equal(covered[span.index])
            covered[span.index] = span.position + span.length
            length += span.length
            if (span.last) ends.push(span.index)
          }
          expect(length).to.equal(manifest.length(next))
        }
      }
      for (const [n, bytes] of sizes.entries()) {
        manifest.add(entry(`${n}`, bytes))
        if (early) cover()
      }
      manifest.close()
      cover()
      expect(covered).to.deep.equal(sizes)
      expect(ends).to.deep.equal(sizes.flatMap((bytes, n) => (bytes > 0 ? [n] : [])))
    }
  })

  it('notices a file that grew, shrank, or went while it is read, and reads the others', async () => {
    const buffer = Buffer.alloc(BLOCK_SIZE)
    const outcome = async (change: (path: string) => void) => {
      const path = write(join(folder, 'file.bin'), Buffer.alloc(2 * BLOCK_SIZE, 1))
      utimesSync(path, 1_600_000_000, 1_600_000_000)
      const missing = new Map()
      const source = new Source(await listed([path, write(join(folder, 'other'), 'other')]), missing)
      source.read(0, buffer)
      change(path)
      const found = source.read(1, buffer)
      expect(source.read(2, buffer)).to.deep.equal({ length: 5, missing: [] })
      expect(buffer.toString('utf8', 0, 5)).to.equal('other')
      source.close()
      expect([...missing]).to.deep.equal(found.missing)
      return found.missing[0]?.[1] ?? 'nothing'
    }
    expect(await outcome(() => undefined)).to.equal('nothing')
    expect(await outcome((path) => writeFileSync(path, Buffer.alloc(2 * BLOCK_SIZE + 1)))).to.equal('file-changed')
    expect(await outcome((path) => writeFileSync(path, 'short'))).to.equal('file-changed')
    expect(await outcome((path) => writeFileSync(path, Buffer.alloc(2 * BLOCK_SIZE, 2)))).to.equal('file-changed')
    expect(await outcome((path) => rmSync(path)), 'an open file can be read to its end').to.equal('nothing')
  })

  it('does not follow a link that took a file’s place since', async () => {
    const path = write(join(folder, 'file.txt'), 'mine')
    const source = new Source(await listed([path]), new Map())
    rmSync(path)
    symlinkSync(write(join(folder, 'secret.txt'), 'keys'), path)
    const buffer = Buffer.alloc(10, 'x')
    expect(source.read(0, buffer).missing).to.deep.equal([[0, 'file-unreadable']])
    expect(buffer.toString('utf8', 0, 4)).to.equal('\0\0\0\0')
  })
})
