import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { between, handOver, type Party, type Stage, ticketsFor } from './pair.ts'
import { large, sha256Of, treeOf, write } from './trees.ts'
import type { Wire } from './wire-tap.ts'

const MIB = 1024 * 1024
const TYPESCRIPT = `--import=${new URL('../support/typescript.mjs', import.meta.url)}`

describe('a transfer that was interrupted', () => {
  let stage: Stage
  let alice: Party
  let bob: Party
  let from: string
  let into: string
  between((now) => {
    ;({ stage, alice, bob, from, into } = now)
  })

  /** Starts a transfer that stalls after some 20 MiB, and answers when what came through is written. */
  async function stalled(paths: string[], sender: Party = alice): Promise<{ transfer: string; bytes: number; wire: Wire }> {
    const wire = await stage.wire(sender)
    wire.holdAfter(20 * MIB)
    const { transfer } = await handOver(sender, bob, paths, into, { endpoints: [wire.endpoint] })
    const { bytes } = await until('the transfer stalls', () => bob.all('progress', transfer).find((told) => told.bytes >= 18 * MIB))
    return { transfer, bytes, wire }
  }

  /** Fetches again and answers how many bytes of the stream came over the wire this time. */
  async function again(transfer: string, sender: Party = alice): Promise<number> {
    const wire = await stage.wire(sender)
    const offer = await sender.engine.serve(transfer, [join(from, 'data')])
    const tickets = ticketsFor(transfer, sender, bob, { endpoints: [wire.endpoint] })
    sender.engine.admit(tickets.sender)
    const before = bob.told.length
    bob.engine.fetch({ ticket: tickets.receiver, into, expect: offer })
    await until(
      `received again: ${JSON.stringify(bob.told.slice(before))}`,
      () => bob.told.slice(before).some(({ event }) => event === 'received'),
      15_000,
    )
    return wire.down
  }

  it('goes on after the cable was pulled: only what is missing comes again', async () => {
    large(join(from, 'data', 'a.bin'), 30)
    large(join(from, 'data', 'b.bin'), 30)
    const wire = await stage.wire(alice)
    wire.holdAfter(35 * MIB)
    const { transfer } = await handOver(alice, bob, [join(from, 'data')], into, { endpoints: [wire.endpoint] })
    const { bytes } = await until('it stalls', () => bob.all('progress', transfer).find((told) => told.bytes >= 32 * MIB))
    wire.cut()
    expect(await bob.one('failed', transfer)).to.include({ code: 'connection-lost' })
    expect(await alice.one('sendingFailed', transfer)).to.include({ code: 'connection-lost' })
    expect(readdirSync(into)).to.deep.equal([`.optichat-${transfer}.part`])
    expect(await again(transfer)).to.be.within(60 * MIB - bytes - 4 * MIB, 60 * MIB - bytes + MIB / 2)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('goes on after the receiver was killed with -9', async () => {
    large(join(from, 'data', 'a.bin'), 50)
    const transfer = '11111111-2222-4333-8444-555555555555'
    const wire = await stage.wire(alice)
    wire.holdAfter(30 * MIB)
    const offer = await alice.engine.serve(transfer, [join(from, 'data')])
    const tickets = ticketsFor(transfer, alice, bob, { endpoints: [wire.endpoint] })
    alice.engine.admit(tickets.sender)
    const child = spawn(process.execPath, [TYPESCRIPT, join(import.meta.dirname, 'receiver.script.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let bytes = 0
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, what } = JSON.parse(line)
      if (event === 'progress') bytes = what.bytes
    })
    child.stdin.write(`${JSON.stringify({ identity: bob.identity, ticket: tickets.receiver, into, expect: offer })}\n`)
    await until('the child has a good part', () => bytes >= 28 * MIB)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await alice.one('sendingFailed', transfer)).to.include({ code: 'connection-lost' })
    expect(await again(transfer)).to.be.below(50 * MIB - bytes + MIB / 2)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('goes on with a sender that was started anew', async () => {
    large(join(from, 'data', 'a.bin'), 40)
    const first = await stage.party('alice')
    const { transfer, bytes, wire } = await stalled([join(from, 'data')], first)
    await first.engine.close()
    wire.cut()
    expect(await bob.one('failed', transfer)).to.include({ code: 'connection-lost' })
    expect(await again(transfer, await stage.party('alice'))).to.be.below(40 * MIB - bytes + MIB / 2)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('trusts nothing on the disk that does not match what was noted', async () => {
    large(join(from, 'data', 'a.bin'), 40)
    const { transfer, bytes } = await stalled([join(from, 'data')])
    await bob.engine.stop(transfer, { into, remove: false })
    expect(bob.all('failed', transfer)).to.deep.equal([])

    const fd = openSync(join(into, `.optichat-${transfer}.part`, 'data', 'data', 'a.bin'), 'r+')
    writeSync(fd, Buffer.from('damaged'), 0, 7, 5 * MIB + 77)
    closeSync(fd)
    expect(await again(transfer)).to.be.within(35 * MIB, 36 * MIB)
    expect(bytes).to.be.above(6 * MIB)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('starts anew when what is sent has changed meanwhile', async () => {
    const path = large(join(from, 'data', 'a.bin'), 40)
    const { transfer } = await stalled([join(from, 'data')])
    await bob.engine.stop(transfer, { into, remove: false })
    writeFileSync(path, 'quite another content')
    expect(await again(transfer)).to.be.below(MIB)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('starts anew when its notes are unreadable', async () => {
    large(join(from, 'data', 'a.bin'), 30)
    const { transfer } = await stalled([join(from, 'data')])
    await bob.engine.stop(transfer, { into, remove: false })
    writeFileSync(join(into, `.optichat-${transfer}.part`, 'state.json'), '{"version":1,')
    expect(await again(transfer)).to.be.above(30 * MIB)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('starts anew where another version of the program has left its notes', async () => {
    large(join(from, 'data', 'a.bin'), 30)
    const { transfer } = await stalled([join(from, 'data')])
    await bob.engine.stop(transfer, { into, remove: false })
    const part = join(into, `.optichat-${transfer}.part`)
    writeFileSync(
      join(part, 'state.json'),
      JSON.stringify({ version: 2, manifest: statSync(join(part, 'manifest')).size, whole: true, synced: 5 }),
    )
    expect(await again(transfer)).to.be.above(30 * MIB)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('leaves nothing when it is stopped and what has come is to be removed', async () => {
    large(join(from, 'data', 'a.bin'), 40)
    const { transfer } = await stalled([join(from, 'data')])
    expect(existsSync(join(into, `.optichat-${transfer}.part`))).to.equal(true)
    await bob.engine.stop(transfer, { into, remove: true })
    expect(readdirSync(into)).to.deep.equal([])
    expect(await alice.one('sendingFailed', transfer)).to.include({ code: 'cancelled' })
    expect(bob.all('failed', transfer)).to.deep.equal([])
  })

  it('tells the sender that it was only paused', async () => {
    large(join(from, 'data', 'a.bin'), 40)
    const { transfer } = await stalled([join(from, 'data')])
    await bob.engine.stop(transfer, { into, remove: false })
    expect(await alice.one('sendingFailed', transfer)).to.include({ code: 'paused' })
  })

  it('removes what an earlier attempt left even when nothing runs', async () => {
    large(join(from, 'data', 'a.bin'), 40)
    const { transfer } = await stalled([join(from, 'data')])
    await bob.engine.stop(transfer, { into, remove: false })
    await bob.engine.stop(transfer, { into, remove: true })
    expect(readdirSync(into)).to.deep.equal([])
  })

  it('is replaced when it is asked for again while it still hangs', async () => {
    large(join(from, 'data', 'a.bin'), 40)
    const { transfer, bytes } = await stalled([join(from, 'data')])
    expect(await again(transfer)).to.be.below(40 * MIB - bytes + MIB / 2)
    expect(bob.all('failed', transfer)).to.deep.equal([])
    expect(sha256Of(join(into, 'data', 'a.bin'))).to.equal(sha256Of(join(from, 'data', 'a.bin')))
  })

  it('hands over all but the file that changed while it was sent, and names that one at both ends', async () => {
    const path = large(join(from, 'data', 'a.bin'), 40)
    write(join(from, 'data', 'after.txt'), 'x')
    write(join(from, 'data', 'before.txt'), 'x')
    const wire = await stage.wire(alice)
    wire.holdAfter(10 * MIB)
    const { transfer } = await handOver(alice, bob, [join(from, 'data')], into, { endpoints: [wire.endpoint] })
    await until('it moves', () => bob.all('progress', transfer).some(({ bytes }) => bytes > 8 * MIB))
    writeFileSync(path, Buffer.alloc(40 * MIB, 'other'))
    wire.release()
    const received = await bob.one('received', transfer)
    const missing = [{ path: 'data/a.bin', code: 'file-changed' }]
    expect(received).to.deep.include({ bytes: 2, missing, missingCount: 1, paths: [join(into, 'data')] })
    expect(await alice.one('sent', transfer)).to.deep.include({ bytes: 2, missing, missingCount: 1 })
    rmSync(path)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('still knows what was missing when it goes on later, and at a sender that was started anew', async () => {
    const path = large(join(from, 'data', 'a.bin'), 60)
    large(join(from, 'data', 'b.bin'), 40)
    // A whole second: what is set as seconds in a double is not always the millisecond it was.
    const time = 1_700_000_000
    utimesSync(path, time, time)
    const first = await stage.party('alice')
    const wire = await stage.wire(first)
    wire.holdAfter(10 * MIB)
    const { transfer } = await handOver(first, bob, [join(from, 'data')], into, { endpoints: [wire.endpoint] })
    await until('it moves', () => bob.all('progress', transfer).some(({ bytes }) => bytes > 8 * MIB))
    // So much of it that not all can be on its way already.
    const content = readFileSync(path)
    truncateSync(path, MIB)
    wire.release(wire.down + 25 * MIB)
    await until('some of the next file came', () => bob.all('progress', transfer).some(({ bytes }) => bytes >= 62 * MIB))
    await bob.engine.stop(transfer, { into, remove: false })
    await first.engine.close()
    writeFileSync(path, content)
    utimesSync(path, time, time)
    await again(transfer)
    expect((await bob.one('received', transfer)).missing).to.deep.equal([{ path: 'data/a.bin', code: 'file-changed' }])
    rmSync(path)
    expect(treeOf(into)).to.deep.equal(treeOf(from))
  })

  it('fails with the file by name when a file is gone by the time it is sent', async () => {
    const path = write(join(from, 'data', 'a.bin'), 'content')

    const transfer = '99999999-2222-4333-8444-555555555555'
    const offer = await alice.engine.serve(transfer, [path])
    rmSync(path)
    const tickets = ticketsFor(transfer, alice, bob)
    alice.engine.admit(tickets.sender)
    bob.engine.fetch({ ticket: tickets.receiver, into, expect: offer })
    const failed = await bob.one('failed', transfer)
    expect(failed).to.include({ code: 'file-unreadable' })
    expect(failed.message).to.include('a.bin').and.not.include(from)
    expect(readdirSync(into)).to.deep.equal([])
  })
})
