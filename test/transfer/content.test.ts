import { existsSync, lstatSync, mkdirSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { systemClock } from '../../core/protocol/clock.ts'
import { BLOCK_SIZE } from '../../core/protocol/limits.ts'
import { formatEntry, parseEntries } from '../../core/transfer/entries.ts'
import { newKey } from '../../core/transfer/name-set.ts'
import { PartFolder } from '../../core/transfer/part-folder.ts'
import { proofOf } from '../../core/transfer/peer-tls.ts'
import { SafePaths } from '../../core/transfer/safe-name.ts'
import { Source } from '../../core/transfer/source.ts'
import { walk } from '../../core/transfer/walk.ts'
import { formatControl, formatEntries } from '../../core/transfer/wire.ts'
import { until } from '../support/wait.ts'
import { between, handOver, type Party, type Stage, ticketsFor } from './pair.ts'
import { dialAs, entry, hostileSender } from './stranger.ts'
import { large, sha256Of, write } from './trees.ts'

const MIB = 1024 * 1024

describe('what a transfer brings', () => {
  let stage: Stage
  let alice: Party
  let bob: Party
  let from: string
  let into: string
  between((now) => {
    ;({ stage, alice, bob, from, into } = now)
  })

  /** A disk image with three pages in it, the first, one somewhere, and the last; answers where they are. */
  async function image(path: string, mib: number): Promise<number[]> {
    const pages = [0, Math.floor(mib / 2) * MIB + 4_096, mib * MIB - 10]
    truncateSync(write(path, ''), mib * MIB)
    const file = await open(path, 'r+')
    for (const at of pages) writeSync(file.fd, Buffer.from('some data!'), 0, 10, at)
    await file.close()
    return pages
  }

  async function isImage(path: string, mib: number, pages: readonly number[]): Promise<void> {
    const stat = lstatSync(path)
    expect(stat.size).to.equal(mib * MIB)
    expect(stat.blocks * 512).to.be.below(8 * MIB)
    const copy = await open(path, 'r')
    for (const at of pages) expect((await copy.read(Buffer.alloc(10), 0, 10, at)).buffer.toString()).to.equal('some data!')
    await copy.close()
  }

  it('leaves holes as holes, and sends none of them', async () => {
    const path = join(from, 'disk.img')
    const pages = await image(path, 300)
    const wire = await stage.wire(alice)
    const { transfer } = await handOver(alice, bob, [path], into, { endpoints: [wire.endpoint] })
    await bob.one('received', transfer)
    expect(wire.down).to.be.below(4 * MIB)
    await isImage(join(into, 'disk.img'), 300, pages)
  })

  it('keeps its place in files over 4 GiB', async () => {
    const path = join(from, 'disk.img')
    const pages = await image(path, 8_400)
    const listing = await walk([path], systemClock)
    const source = new Source(listing, new Map())
    const part = PartFolder.create({ into, transfer: '12121212-3434-4565-8787-909090909090', clock: systemClock })
    for (const lines of listing.manifest.linesFrom(0)) part.accept(lines, parseEntries(lines))
    part.manifest.close()
    const buffer = Buffer.alloc(BLOCK_SIZE)
    for (const block of pages.map((at) => Math.floor(at / BLOCK_SIZE))) {
      const { length } = source.read(block, buffer)
      await part.write(block, buffer.subarray(0, length), Buffer.alloc(16, 1))
    }
    source.close()
    part.closeFiles()
    await isImage(part.fileOf(0, part.manifest.entry(0)), 8_400, pages)
  })

  it('has its first blocks sent long before the list of files is over', async () => {
    /** Paths of almost a KiB: the list of these hundred files goes in several pieces. */
    const deep = join(from, 'many', ...Array.from({ length: 4 }, () => 'd'.repeat(240)))
    for (let n = 0; n < 100; n++) write(join(deep, `${n}`), Buffer.alloc(BLOCK_SIZE / 10, n + 1))
    const transfer = '12121212-3434-4565-8787-909090909090'
    await alice.engine.serve(transfer, [join(from, 'many')])
    const tickets = ticketsFor(transfer, alice, bob)
    alice.engine.admit(tickets.sender)
    const line = await dialAs(bob.identity, alice.engine.port)
    stage.onClose(() => void line.socket.destroy())
    /** In one piece, so that it is asked for before any line can leave. */
    const proof = proofOf('receiver', tickets.receiver.secret, line.channel.exporter)
    const open = formatControl('open', { ticket: tickets.receiver.id, transfer, proof })
    line.channel.write(Buffer.concat([open, formatControl('want', { from: 0, count: 2 })]))
    await line.frame('end')
    expect(line.blocks).to.deep.equal([0, 1])
    expect(line.linesBefore[0]).to.be.below(line.lines.length / 2)
  })

  it('has its first blocks asked for before the list of files is over', async () => {
    const entries = [entry('a', BLOCK_SIZE), entry('b', 5)]
    const tickets = ticketsFor('12121212-3434-4565-8787-909090909090', alice, bob)
    const sender = await hostileSender(
      alice.identity,
      () => tickets.sender,
      async (line) => {
        line.channel.write(formatEntries(Buffer.from(entries.slice(0, 1).map(formatEntry).join(''))))
        await line.frame('want')
      },
    )
    stage.onClose(() => sender.close())
    const receiver = { ...tickets.receiver, peer: { ...tickets.receiver.peer, endpoints: [sender.endpoint] } }
    bob.engine.fetch({ ticket: receiver, into, expect: { bytes: BLOCK_SIZE + 5, count: 2 } })
    const wants = await until('a block is asked for', () => sender.lines[0]?.frames.find(({ kind }) => kind === 'want'))
    expect(wants.body).to.deep.equal({ from: 0, count: 1 })
  })

  it('does not keep a small file waiting behind a large one', async () => {
    // So slowly that nobody takes as long for the small one.
    alice.engine.cap({ up: 4 * MIB })
    const slow = await handOver(alice, bob, [large(join(from, 'large.bin'), 100)], into)
    await until('the large one moves', () => bob.all('progress', slow.transfer).some(({ bytes }) => bytes > 2 * MIB))
    const quick = await handOver(alice, bob, [write(join(from, 'small.txt'), 'small')], stage.folder())
    await bob.one('received', quick.transfer)
    expect(bob.all('progress', slow.transfer).at(-1)?.bytes).to.be.below(90 * MIB)
    alice.engine.cap({ up: null })
    await bob.one('received', slow.transfer)
    expect(sha256Of(join(into, 'large.bin'))).to.equal(sha256Of(join(from, 'large.bin')))
  })

  it('moves what would lie too deep for the system up to where it fits, and loses nothing', () => {
    const paths = new SafePaths(newKey(), 200)
    const deep = Array.from({ length: 30 }, (_, n) => `folder number ${n}`).join('/')
    const folder = paths.folder(deep)
    const names = [
      paths.file(`${deep}/a.txt`),
      paths.file(`${deep}/b.txt`),
      paths.file(`${deep}/sub/a.txt`),
      paths.file(`${deep}/${'x'.repeat(150)}`),
    ]
    expect(folder.split('/')[0]).to.equal('folder number 0')
    for (const name of [folder, ...names]) expect(Buffer.byteLength(name)).to.be.at.most(210)
    expect(new Set(names).size).to.equal(4)
  })

  it('marks each file on Windows as come from elsewhere', () => {
    const part = PartFolder.create({ into, transfer: '12121212-3434-4565-8787-909090909090', clock: systemClock, platform: 'win32' })
    const one = entry('setup.exe', 3)
    part.accept(Buffer.from(formatEntry(one)), [one])
    part.manifest.close()
    part.write(0, Buffer.from('abc'), Buffer.alloc(16, 1))
    part.closeFiles()
    expect(readFileSync(`${part.fileOf(0, one)}:Zone.Identifier`, 'utf8')).to.equal('[ZoneTransfer]\r\nZoneId=3\r\n')
    expect(existsSync(part.fileOf(0, one))).to.equal(true)
  })

  it('says that a folder’s own path leaves no room for names', async () => {
    let deep = into
    while (deep.length < 3_800) {
      deep = join(deep, 'y'.repeat(200))
      mkdirSync(deep)
    }
    const { transfer } = await handOver(alice, bob, [write(join(from, 'a'), 'a')], deep)
    expect((await bob.one('failed', transfer)).message).to.include('its path is too long')
  })
})
