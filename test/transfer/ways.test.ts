import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { expect } from 'chai'
import { serverOptions } from '../../core/transfer/peer-tls.ts'
import { until } from '../support/wait.ts'
import { MeetingPoint } from './meeting-point.ts'
import { between, handOver, type Party, type Stage } from './pair.ts'
import { large, sha256Of, write } from './trees.ts'

const MIB = 1024 * 1024

describe('the ways from one engine to the other', () => {
  let stage: Stage
  let alice: Party
  let bob: Party
  let from: string
  let into: string
  between((now) => {
    ;({ stage, alice, bob, from, into } = now)
  })

  async function meetingPoint(): Promise<MeetingPoint> {
    const point = await MeetingPoint.start()
    stage.onClose(() => point.close())
    return point
  }

  /** Takes connections and never says a word, as a firewall that drops packets looks. */
  async function silence(): Promise<string> {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    stage.onClose(() => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    return `127.0.0.1:${(server.address() as { port: number }).port}`
  }

  it('ends by naming the cause when the other program speaks another version', async () => {
    const other = createTlsServer({ ...serverOptions(alice.identity), ALPNProtocols: ['optichat-peer/1'] })
    other.on('tlsClientError', (_error, socket) => socket.destroy())
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    stage.onClose(() => void other.close())
    const endpoints = [`127.0.0.1:${(other.address() as { port: number }).port}`]
    const { transfer } = await handOver(alice, bob, [write(join(from, 'a'), 'a')], into, { endpoints, lifetime: 3_000 })
    await bob.one('unreachable', transfer)
    expect(await bob.one('failed', transfer)).to.include({ code: 'protocol-version' })
  })

  it('leads over a relay when neither can dial the other, and no byte is lost on it', async () => {
    const point = await meetingPoint()
    const path = large(join(from, 'film.bin'), 5)
    const { transfer, tickets } = await handOver(alice, bob, [path], into, { endpoints: [] })
    await bob.one('unreachable', transfer)
    bob.engine.relay(point.call(tickets.receiver.id, 'one1'))
    alice.engine.relay(point.call(tickets.sender.id, 'one2'))
    expect(await bob.one('received', transfer)).to.include({ path: 'relay' })
    expect(await alice.one('sent', transfer)).to.include({ path: 'relay' })
    expect(point).to.include({ joined: 1 })
    expect(point.bytes).to.be.above(5 * MIB)
    expect(sha256Of(join(into, 'film.bin'))).to.equal(sha256Of(path))
  })

  it('takes the direct way when it is quicker than the relay', async () => {
    const point = await meetingPoint()
    const wire = await stage.wire(alice)
    const { transfer, tickets } = await handOver(alice, bob, [write(join(from, 'a'), 'a')], into, { endpoints: [wire.endpoint] })
    bob.engine.relay(point.call(tickets.receiver.id, 'one1'))
    expect(await bob.one('received', transfer)).to.include({ path: 'direct' })
    alice.engine.relay(point.call(tickets.sender.id, 'one2'))
    expect(bob.all('failed', transfer)).to.deep.equal([])
    expect(alice.all('sendingFailed', transfer)).to.deep.equal([])
  })

  it('does not take another device for the sender at a relay', async () => {
    const point = await meetingPoint()
    const mallory = await stage.party('mallory')
    const { transfer, tickets } = await handOver(alice, bob, [write(join(from, 'a'), 'a')], into, { endpoints: [], lifetime: 3_000 })
    await mallory.engine.serve(transfer, [write(join(from, 'evil'), 'e')])
    mallory.engine.admit(tickets.sender)
    bob.engine.relay(point.call(tickets.receiver.id, 'one1'))
    mallory.engine.relay(point.call(tickets.sender.id, 'one2'))
    expect(await bob.one('failed', transfer)).to.include({ code: 'peer-untrusted' })
    expect(bob.all('connected', transfer)).to.deep.equal([])
  })

  it('tells the sender when a relay was the last way and came to nothing', async () => {
    const { transfer, tickets } = await handOver(alice, bob, [write(join(from, 'a'), 'a')], into, { endpoints: [] })
    alice.engine.relay({ ticket: tickets.sender.id, host: '127.0.0.1', port: 1, token: 'x' })
    expect(await alice.one('sendingFailed', transfer)).to.include({ code: 'peer-unreachable' })
    bob.engine.relay({ ticket: tickets.receiver.id, host: '127.0.0.1', port: 1, token: 'x' })
    alice.engine.dialBack(tickets.sender.id)
    expect(await bob.one('received', transfer), 'another way is still good').to.include({ path: 'reverse' })
  })

  it('asks for another way after two seconds of silence, and is still open to all of them', async () => {
    const endpoints = [await silence()]
    const { transfer, tickets } = await handOver(alice, bob, [write(join(from, 'a'), 'a')], into, { endpoints })
    await bob.one('unreachable', transfer, 5_000)
    alice.engine.dialBack(tickets.sender.id)
    expect(await bob.one('received', transfer)).to.include({ path: 'reverse' })
  })

  it('is given up at once, when the machine was asleep, if the other side says nothing', async () => {
    const wire = await stage.wire(alice)
    wire.holdAfter(3 * MIB)
    const { transfer } = await handOver(alice, bob, [large(join(from, 'big.bin'), 20)], into, { endpoints: [wire.endpoint] })
    await until('it stalls', () => bob.all('progress', transfer).some(({ bytes }) => bytes >= 2 * MIB))
    bob.engine.nudge()
    expect(await bob.one('failed', transfer, 8_000)).to.include({ code: 'connection-lost' })
  })

  it('stays when the other side answers', async () => {
    alice.engine.cap({ up: 2 * MIB })
    const { transfer } = await handOver(alice, bob, [large(join(from, 'big.bin'), 8)], into)
    await bob.one('connected', transfer)
    bob.engine.nudge()
    alice.engine.nudge()
    await until('more than the time to answer has passed', () => bob.all('progress', transfer).some(({ bytes }) => bytes >= 7 * MIB))
    alice.engine.cap({ up: null })
    await bob.one('received', transfer)
  })

  it('is as fast as the sender’s cap allows, or the receiver’s, and faster once that is lifted', async () => {
    for (const [engine, caps, free] of [
      [alice.engine, { up: 4 * MIB }, { up: null }],
      [bob.engine, { down: 4 * MIB }, { down: null }],
    ] as const) {
      engine.cap(caps)
      const folder = stage.folder()
      const slow = await handOver(alice, bob, [large(join(from, 'slow.bin'), 6)], folder)
      expect((await bob.one('received', slow.transfer)).seconds, 'six at four a second').to.be.above(1)
      const { transfer } = await handOver(alice, bob, [large(join(from, 'big.bin'), 60)], folder)
      await until('it moves', () => bob.all('progress', transfer).some(({ bytes }) => bytes > 0))
      engine.cap(free)
      expect((await bob.one('received', transfer)).seconds, 'sixty, not at four a second').to.be.below(60 / 4)
      expect(sha256Of(join(folder, 'big.bin'))).to.equal(sha256Of(join(from, 'big.bin')))
    }
  })
})
