import { randomUUID } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { begin, end } from '../bench/transfer/beats.mjs'
import { longestOwn } from '../bench/transfer/own-stall.ts'
import { Side, type Stall } from '../bench/transfer/side.ts'
import { until } from '../support/wait.ts'
import { between, handOver, type Party, type Stage, ticketsFor } from './pair.ts'
import { large, sha256Of, treeOf, write } from './trees.ts'

describe('a transfer between two engines', () => {
  let stage: Stage
  let alice: Party
  let bob: Party
  let from: string
  let into: string
  between((now) => {
    ;({ stage, alice, bob, from, into } = now)
  })

  it('brings one file, tells both ends, and leaves nothing else behind', async () => {
    const path = write(join(from, 'hello.txt'), 'good morning')
    const { transfer, offer } = await handOver(alice, bob, [path], into)
    expect(offer).to.deep.equal({ files: [{ path: 'hello.txt', bytes: 12 }], count: 1, bytes: 12, skipped: [] })
    const received = await bob.one('received', transfer)
    const sent = await alice.one('sent', transfer)
    expect(received).to.include({ bytes: 12, path: 'direct' })
    expect(received.paths).to.deep.equal([join(into, 'hello.txt')])
    expect(sent).to.include({ bytes: 12, path: 'direct', user: 'bob'.padEnd(22, '-') })
    expect(treeOf(into)).to.deep.equal(treeOf(from))
    const order = bob.told.map(({ event }) => event).filter((event) => event !== 'progress' && event !== 'listening')
    expect(order).to.deep.equal(['connected', 'verifying', 'received'])
    expect(bob.all('progress', transfer).at(-1)).to.deep.equal({ transfer, bytes: 12, of: 12 })
    expect(alice.all('sending', transfer).at(-1)).to.include({ bytes: 12, of: 12 })
  })

  it('is not brought a second time when it is asked for again before its end was heard', async () => {
    const { transfer, offer } = await handOver(alice, bob, [write(join(from, 'once.txt'), 'once')], into)
    await bob.one('received', transfer)
    const { sender, receiver } = ticketsFor(transfer, alice, bob)
    alice.engine.admit(sender)
    bob.engine.fetch({ ticket: receiver, into, expect: offer })
    const next = await handOver(alice, bob, [large(join(from, 'next.bin'), 2)], into)
    await bob.one('received', next.transfer)
    expect(readdirSync(into).sort()).to.deep.equal(['next.bin', 'once.txt'])
    expect(bob.all('connected', transfer)).to.have.length(1)
  })

  it('brings a file of 60 MiB bit by bit the same', async () => {
    const path = large(join(from, 'film.mkv'), 60)
    const { transfer } = await handOver(alice, bob, [path], into)
    const received = await bob.one('received', transfer)
    expect(sha256Of(join(into, 'film.mkv'))).to.equal(sha256Of(path))
    expect(received.bytes).to.equal(60 * 1024 * 1024)
    const progress = bob.all('progress', transfer).map(({ bytes }) => bytes)
    expect(progress).to.deep.equal([...progress].sort((a, b) => a - b))
    expect(progress.length).to.be.at.most(12 + received.seconds * 11)
  })

  it('brings a folder as it is: empty files, empty folders, executable bits, times', async () => {
    write(join(from, 'work', 'run.sh'), '#!/bin/sh\n', 0o755)
    write(join(from, 'work', 'deep', 'er', 'note.md'), '# note')
    write(join(from, 'work', 'empty.txt'), '')
    mkdirSync(join(from, 'work', 'nothing here', 'at all'), { recursive: true })
    large(join(from, 'work', 'deep', 'picture.raw'), 3)
    utimesSync(join(from, 'work', 'deep', 'er', 'note.md'), 1_500_000_000.123, 1_500_000_000.123)
    utimesSync(join(from, 'work', 'deep'), 1_400_000_000, 1_400_000_000)
    const { transfer, offer } = await handOver(alice, bob, [join(from, 'work')], into)
    expect(offer.count).to.equal(4)
    const { paths } = await bob.one('received', transfer)
    expect(paths).to.deep.equal([join(into, 'work')])
    expect(treeOf(into)).to.deep.equal(treeOf(from))
    expect(lstatSync(join(into, 'work', 'deep')).mtimeMs).to.be.closeTo(1_400_000_000_000, 1)
  })

  it('brings a file of no bytes, and a folder of no files', async () => {
    write(join(from, 'zero'), '')
    mkdirSync(join(from, 'bare'))
    const { transfer, offer } = await handOver(alice, bob, [join(from, 'zero'), join(from, 'bare')], into)
    expect(offer).to.include({ count: 1, bytes: 0 })
    await bob.one('received', transfer)
    await alice.one('sent', transfer)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('brings two thousand small files', async () => {
    for (let n = 0; n < 2_000; n++) write(join(from, 'many', `${n % 20}`, `file ${n}.txt`), `content of ${n}\n`.repeat(n % 100))
    const { transfer } = await handOver(alice, bob, [join(from, 'many')], into)
    await bob.one('received', transfer)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('serves several receivers at once from one offer', async () => {
    const path = large(join(from, 'shared.bin'), 12)
    const transfer = randomUUID()
    const offer = await alice.engine.serve(transfer, [path])
    const receivers = await Promise.all([bob, await stage.party('carol'), await stage.party('dave')])
    const folders = receivers.map((receiver) => {
      const folder = stage.folder()
      const tickets = ticketsFor(transfer, alice, receiver)
      alice.engine.admit(tickets.sender)
      receiver.engine.fetch({ ticket: tickets.receiver, into: folder, expect: offer })
      return folder
    })
    await Promise.all(receivers.map((receiver) => receiver.one('received', transfer)))
    for (const folder of folders) expect(sha256Of(join(folder, 'shared.bin'))).to.equal(sha256Of(path))
    const users = await until('all are told', () => alice.all('sent', transfer).length === 3 && alice.all('sent', transfer))
    expect(users.map(({ user }) => user.replaceAll('-', '')).sort()).to.deep.equal(['bob', 'carol', 'dave'])
  })

  it('moves files both ways at the same time', async () => {
    const there = large(join(from, 'there.bin'), 8)
    const back = large(join(from, 'back.bin'), 8)
    const intoAlice = stage.folder()
    const [one, two] = await Promise.all([handOver(alice, bob, [there], into), handOver(bob, alice, [back], intoAlice)])
    await Promise.all([bob.one('received', one.transfer), alice.one('received', two.transfer)])
    expect(sha256Of(join(into, 'there.bin'))).to.equal(sha256Of(there))
    expect(sha256Of(join(intoAlice, 'back.bin'))).to.equal(sha256Of(back))
  })

  it('overwrites nothing: what has a name already stays, the new one gets a number', async () => {
    write(join(into, 'report.tar.gz'), 'mine')
    write(join(into, 'photos', 'mine.jpg'), 'mine')
    mkdirSync(join(into, 'photos (2)'))
    write(join(from, 'report.tar.gz'), 'theirs')
    write(join(from, 'photos', 'theirs.jpg'), 'theirs')
    const { transfer } = await handOver(alice, bob, [join(from, 'report.tar.gz'), join(from, 'photos')], into)
    const { paths } = await bob.one('received', transfer)
    expect(paths).to.deep.equal([join(into, 'report (2).tar.gz'), join(into, 'photos (3)')])
    expect(readFileSync(join(into, 'report.tar.gz'), 'utf8')).to.equal('mine')
    expect(readdirSync(join(into, 'photos'))).to.deep.equal(['mine.jpg'])
    expect(readdirSync(join(into, 'photos (2)'))).to.deep.equal([])
    expect(readFileSync(join(into, 'photos (3)', 'theirs.jpg'), 'utf8')).to.equal('theirs')
  })

  it('makes the folder that was chosen, if it is missing', async () => {
    const { transfer } = await handOver(alice, bob, [write(join(from, 'a.txt'), 'a')], join(into, 'new', 'one'))
    await bob.one('received', transfer)
    expect(readFileSync(join(into, 'new', 'one', 'a.txt'), 'utf8')).to.equal('a')
  })

  it('says that a folder cannot be written to', async () => {
    write(join(into, 'a file'), 'x')
    const { transfer } = await handOver(alice, bob, [write(join(from, 'a.txt'), 'a')], join(into, 'a file', 'below'))
    expect(await bob.one('failed', transfer)).to.include({ code: 'folder-unwritable' })
    expect(await alice.one('sendingFailed', transfer)).to.include({ code: 'folder-unwritable' })
  })

  it('does not write through a link that somebody put where the part folder goes', async () => {
    const elsewhere = stage.folder()
    const transfer = randomUUID()
    symlinkSync(elsewhere, join(into, `.optichat-${transfer}.part`))
    await handOver(alice, bob, [write(join(from, 'a.txt'), 'a')], into, { transfer })
    expect(await bob.one('failed', transfer)).to.include({ code: 'folder-unwritable' })
    expect(readdirSync(elsewhere)).to.deep.equal([])
  })

  it('does not take over a part folder that others can write to', async () => {
    const transfer = randomUUID()
    mkdirSync(join(into, `.optichat-${transfer}.part`))
    chmodSync(join(into, `.optichat-${transfer}.part`), 0o777)
    await handOver(alice, bob, [write(join(from, 'a.txt'), 'a')], into, { transfer })
    expect(await bob.one('failed', transfer)).to.include({ code: 'folder-unwritable' })
  })

  it('reaches a sender that only can dial itself: the socket comes the other way', async () => {
    const path = large(join(from, 'back.bin'), 3)
    const { transfer, tickets } = await handOver(alice, bob, [path], into, { endpoints: [] })
    expect(await bob.one('unreachable', transfer)).to.deep.equal({ transfer, ticket: tickets.receiver.id })
    alice.engine.dialBack(tickets.sender.id)
    expect(await bob.one('received', transfer)).to.include({ path: 'reverse' })
    expect(await alice.one('sent', transfer)).to.include({ path: 'reverse' })
    expect(bob.all('connected', transfer)).to.deep.equal([{ transfer, path: 'reverse' }])
    expect(sha256Of(join(into, 'back.bin'))).to.equal(sha256Of(path))
  })

  it('takes the endpoint that answers, when others are dead', async () => {
    const dead = ['127.0.0.1:1', '[::1]:1', 'nonsense', '127.0.0.1:99999']
    const { transfer } = await handOver(alice, bob, [write(join(from, 'a.txt'), 'a')], into, { endpoints: [...dead, alice.endpoint] })
    expect(await bob.one('received', transfer)).to.include({ path: 'direct' })
  })

  it('gives up at the end of the ticket when neither side can be reached', async () => {
    const { transfer, tickets } = await handOver(alice, bob, [write(join(from, 'a.txt'), 'a')], into, { endpoints: [], lifetime: 300 })
    expect(await bob.one('failed', transfer)).to.include({ code: 'peer-unreachable' })
    alice.engine.dialBack(tickets.sender.id)
  })

  it('tells the sender when the receiver cannot be dialled either', async () => {
    const transfer = randomUUID()
    await alice.engine.serve(transfer, [write(join(from, 'a.txt'), 'a')])
    const { sender } = ticketsFor(transfer, alice, { name: 'bob', identity: bob.identity, endpoint: '127.0.0.1:1' })
    alice.engine.admit(sender)
    alice.engine.dialBack(sender.id)
    expect(await alice.one('sendingFailed', transfer)).to.include({ code: 'peer-unreachable', ticket: sender.id })
  })

  it('lets a receiver in who heard of its ticket a little before the sender did', async () => {
    const transfer = randomUUID()
    const offer = await alice.engine.serve(transfer, [write(join(from, 'a.txt'), 'a')])
    const wire = await stage.wire(alice)
    const tickets = ticketsFor(transfer, alice, bob, { endpoints: [wire.endpoint] })
    bob.engine.fetch({ ticket: tickets.receiver, into, expect: offer })
    await until('its first frame has come', () => wire.up > 700)
    alice.engine.admit(tickets.sender)
    await bob.one('received', transfer)
  })

  it('ends a receiver with a word when the sender takes the offer back in the middle', async () => {
    const { transfer } = await handOver(alice, bob, [large(join(from, 'big.bin'), 300)], into)
    await bob.one('connected', transfer)
    alice.engine.unserve(transfer)
    expect(await bob.one('failed', transfer)).to.include({ code: 'cancelled' })
    expect(await alice.one('sendingFailed', transfer)).to.include({ code: 'cancelled' })
  })

  it('refuses a transfer that is not served here', async () => {
    const transfer = randomUUID()
    const tickets = ticketsFor(transfer, alice, bob)
    alice.engine.admit(tickets.sender)
    bob.engine.fetch({ ticket: tickets.receiver, into, expect: { bytes: 1, count: 1 } })
    expect(await bob.one('failed', transfer)).to.include({ code: 'transfer-unknown' })
  })

  it('refuses before a byte moves what has no room on the disk', async () => {
    const transfer = randomUUID()
    const path = join(from, 'sparse.bin')
    write(path, '')
    truncateSync(path, 12 * 2 ** 40)
    await handOver(alice, bob, [path], into, { transfer })
    const failed = await bob.one('failed', transfer)
    expect(failed).to.include({ code: 'disk-full' })
    expect(failed.message).to.match(/12,582,912 MiB are needed/)
  })

  it('keeps the main thread free while bytes move', async () => {
    const path = large(join(from, 'heavy.bin'), 100)
    // Late by no more than this machine makes everybody just now.
    const witness = new Side([], join(import.meta.dirname, '../bench/transfer/witness.script.mjs'))
    await witness.ask('begin')
    begin()
    const { transfer } = await handOver(alice, bob, [path], into)
    await bob.one('received', transfer)
    const stalls = end()
    const others = await witness.ask<{ stalls: readonly Stall[] }>('end')
    await witness.close()
    expect(longestOwn(stalls, others.stalls)).to.be.below(500)
  })
})
