import { randomBytes } from 'node:crypto'
import { type AddressInfo, connect as connectPlain, createServer as createPlain } from 'node:net'
import { connect, createServer } from 'node:tls'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { BLOCK_SIZE } from '../../core/protocol/limits.ts'
import { Budget } from '../../core/transfer/budget.ts'
import { PeerChannel } from '../../core/transfer/channel.ts'
import { parseEndpoint } from '../../core/transfer/endpoint.ts'
import { FrameReader } from '../../core/transfer/frame-reader.ts'
import { DRIP_INTERVALS, PING_INTERVAL, SLICE } from '../../core/transfer/limits.ts'
import { dialOptions, serverOptions } from '../../core/transfer/peer-tls.ts'
import { EngineFace, startEngine } from '../../core/transfer/start.ts'
import { Throttle } from '../../core/transfer/throttle.ts'
import { Tickets } from '../../core/transfer/tickets.ts'
import { type ControlFrame, formatBlockHeader, formatControl, formatEntries } from '../../core/transfer/wire.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { Party, Stage, ticketsFor } from './pair.ts'
import { VirtualClock } from './virtual-clock.ts'

const TRANSFER = '12121212-3434-4565-8787-909090909090'

describe('frames', () => {
  it('come whole however the bytes are cut', () => {
    const data = randomBytes(100_000)
    const bytes = Buffer.concat([
      formatControl('want', { from: 3, count: 4 }),
      formatBlockHeader(7, Buffer.alloc(16, 5), data.length),
      data,
      formatControl('ping', {}),
      formatControl('fail', { code: 'cancelled', detail: 'käse' }),
    ])
    for (const size of [1, 2, 5, 13, 1_000, 16_384, bytes.length]) {
      const frames: ControlFrame[] = []
      const blocks: string[] = []
      const reader = new FrameReader({
        control: (frame) => frames.push(frame),
        entries: () => undefined,
        block: (block) => blocks.push(`${block.index} ${block.tag.toString('hex')} ${block.data.equals(data)}`),
      })
      reader.trust()
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size))
      expect(frames).to.deep.equal([
        { kind: 'want', body: { from: 3, count: 4 } },
        { kind: 'ping', body: {} },
        { kind: 'fail', body: { code: 'cancelled', detail: 'käse' } },
      ])
      expect(blocks).to.deep.equal([`7 ${'05'.repeat(16)} true`])
    }
  })

  it('are refused by their first five bytes when they are too long, so nothing is kept for them', () => {
    for (const [type, length, trusted] of [
      [2, 1_025, false],
      [4, 256 * 1024 + 1, true],
      [7, 20 + BLOCK_SIZE + 1, true],
      [7, 20, true],
      [7, 100, false],
      [11, 0, true],
      [0, 2, true],
      [200, 2, true],
    ] as const) {
      const reader = new FrameReader({ control: () => undefined, entries: () => undefined, block: () => undefined })
      if (trusted) reader.trust()
      const head = Buffer.alloc(5)
      head.writeUInt32BE(length, 0)
      head.writeUInt8(type, 4)
      expect(() => reader.push(head), `${type} of ${length}`)
        .to.throw()
        .with.property('code', 'peer-protocol')
    }
  })

  it('of any random bytes are refused or not yet whole, and nothing else is thrown', () => {
    for (let n = 0; n < 2_000; n++) {
      const reader = new FrameReader({ control: () => undefined, entries: () => undefined, block: () => undefined })
      if (n % 2) reader.trust()
      const bytes = randomBytes(40)
      if (n % 3) bytes.writeUInt32BE(n % 30, 0)
      bytes[4] = n % 12
      try {
        reader.push(bytes)
      } catch (error) {
        expect(error).to.have.property('code', 'peer-protocol')
      }
    }
  })
})

describe('a peer channel', () => {
  const stage = new Stage()
  after(() => stage.close())

  /** Somebody's socket, and our channel at its far end. */
  async function dialled() {
    const identity = await identityOf('alice')
    const clock = new VirtualClock()
    const ended: string[] = []
    const make = (socket: ConstructorParameters<typeof PeerChannel>[0]['socket'], name: string) =>
      new PeerChannel({
        socket,
        fingerprint: '',
        clock,
        budgets: { up: new Budget(clock), down: new Budget(clock) },
        handlers: {
          control: () => undefined,
          block: () => undefined,
          ended: (error) => ended.push(`${name}: ${error.code}`),
        },
      })
    let far: PeerChannel | null = null
    const server = createServer(serverOptions(identity), (socket) => {
      far = make(socket, 'far')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const socket = connect({ ...dialOptions(identity), port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    stage.onClose(() => {
      socket.destroy()
      server.close()
    })
    return { far: await until('the server’s end', () => far), clock, ended, socket, make }
  }

  async function pair() {
    const { make, ...rest } = await dialled()
    return { ...rest, near: make(rest.socket, 'near') }
  }

  /** Ping intervals pass at both ends, and the near one hears the far one in each. */
  async function beats(count: number, { clock, socket }: Pick<Awaited<ReturnType<typeof pair>>, 'clock' | 'socket'>): Promise<void> {
    for (let n = 0; n < count; n++) {
      const before = socket.bytesRead
      clock.pass(PING_INTERVAL)
      if (n > 0) await until('a ping', () => socket.bytesRead > before)
    }
  }

  it('is lost when nothing comes for four intervals, and alive while pings come', async () => {
    const both = await pair()
    const { near, far, clock, ended, socket } = both
    near.trust()
    far.trust()
    await beats(10, both)
    expect(ended).to.deep.equal([])
    far.handlers = { control: () => undefined, block: () => undefined, ended: () => undefined }
    socket.pause()
    for (let n = 0; n < 5; n++) clock.pass(5_000)
    expect(ended).to.deep.equal(['near: connection-lost'])
  })

  it('is ended when next to nothing came of what is due in five minutes, though the other side says that it is there', async () => {
    const both = await pair()
    const { near, far, clock, ended } = both
    near.handlers = { ...near.handlers, expecting: () => true }
    near.trust()
    far.trust()
    await beats(DRIP_INTERVALS - 1, both)
    expect(ended).to.deep.equal([])
    clock.pass(PING_INTERVAL)
    expect(ended).to.deep.equal(['near: timed-out'])
    await until('the other side is told', () => ended.length === 2)
    expect(ended[1]).to.equal('far: timed-out')
  })

  it('lasts while a slice comes in that time, or nothing is due', async () => {
    const both = await pair()
    const { near, far, ended } = both
    let [came, isDue] = [0, true]
    near.handlers = { ...near.handlers, expecting: () => isDue, entries: () => came++ }
    near.trust()
    far.trust()
    far.write(formatEntries(Buffer.alloc(SLICE)))
    await until('the slice', () => came === 1)
    await beats(DRIP_INTERVALS, both)
    isDue = false
    await beats(DRIP_INTERVALS, both)
    expect(ended).to.deep.equal([])
  })

  it('is ended by a sender whose blocks are not taken', async () => {
    const { far, clock, ended, socket } = await dialled()
    let heard = 0
    far.handlers = { ...far.handlers, control: () => heard++ }
    far.trust()
    const block = Buffer.alloc(BLOCK_SIZE)
    const more = () => far.writeBlock(formatBlockHeader(0, Buffer.alloc(16), block.length), block, more)
    more()
    // What lies in the buffers between them counts as moved, the first time.
    for (let n = 0; n < 4 * DRIP_INTERVALS && ended.length === 0; n += 3) {
      const before = heard
      socket.write(formatControl('missing', { entry: 0, code: 'file-changed' }))
      await until('it is heard', () => heard > before)
      clock.pass(3 * PING_INTERVAL)
    }
    expect(ended).to.deep.equal(['far: timed-out'])
  })

  it('is dropped when no proof comes in time', async () => {
    const { clock, ended } = await pair()
    clock.pass(9_999)
    expect(ended).to.deep.equal([])
    clock.pass(1)
    expect([...ended].sort()).to.deep.equal(['far: timed-out', 'near: timed-out'])
  })
})

describe('tickets at a sender', () => {
  const ticket = async (lifetime = 5_000) => {
    const party = { name: 'x', identity: await identityOf('bob'), endpoint: '127.0.0.1:1' }
    return ticketsFor(TRANSFER, party, party, { lifetime }).sender
  }

  it('are good once, and until they end', async () => {
    const clock = new VirtualClock()
    const tickets = new Tickets(clock)
    const [one, two] = [await ticket(), await ticket()]
    tickets.admit(one)
    tickets.admit(two)
    expect(tickets.find(one.id)).to.equal(one)
    tickets.use(one.id)
    tickets.admit(one)
    expect(tickets.find(one.id)).to.equal(null)
    clock.pass(4_999)
    expect(tickets.find(two.id)).to.equal(two)
    clock.pass(1)
    expect(tickets.find(two.id)).to.equal(null)
  })

  it('are waited for a little, but not when they were used', async () => {
    const clock = new VirtualClock()
    const tickets = new Tickets(clock)
    const one = await ticket()
    const answers: (string | null)[] = []
    const wait = (id: string) => tickets.await(id, 3_000, (found) => answers.push(found?.id ?? null))
    wait(one.id)
    clock.pass(2_000)
    expect(answers).to.deep.equal([])
    tickets.admit(one)
    expect(answers).to.deep.equal([one.id])
    tickets.use(one.id)
    wait(one.id)
    expect(answers).to.deep.equal([one.id, null])
    wait('never')
    clock.pass(3_000)
    expect(answers).to.deep.equal([one.id, null, null])
  })
})

describe('progress', () => {
  it('is told at once, then ten times a second at most, and the last is never lost', () => {
    const clock = new VirtualClock()
    let told = 0
    const throttle = new Throttle(clock, () => told++)
    throttle.touch()
    expect(told).to.equal(1)
    for (let n = 0; n < 1_000; n++) {
      clock.pass(1)
      throttle.touch()
    }
    expect(told).to.be.within(10, 11)
    clock.pass(100)
    const after = told
    clock.pass(1_000)
    expect(told).to.equal(after)
  })
})

describe('an endpoint', () => {
  it('is an address and a port, or nothing', () => {
    expect(parseEndpoint('10.77.0.2:40123')).to.deep.equal({ host: '10.77.0.2', port: 40_123 })
    expect(parseEndpoint('[fd77::2]:1')).to.deep.equal({ host: 'fd77::2', port: 1 })
    expect(parseEndpoint('[fe80::1%eth0]:6784')).to.deep.equal({ host: 'fe80::1%eth0', port: 6784 })
    for (const bad of ['', ':1', 'a', 'a:0', 'a:65536', 'a:1:2', 'fd77::2:1', '[x]:1', 'a b:1', '/etc:1']) {
      expect(parseEndpoint(bad), bad).to.equal(null)
    }
  })
})

describe('the transfer engine', () => {
  it('says that its port is taken', async () => {
    const taken = createPlain()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as AddressInfo
    const error = await startEngine({ identity: await identityOf('alice'), listen: { host: '127.0.0.1', port } }).catch((thrown) => thrown)
    taken.close()
    expect(error).to.include({ code: 'port-taken' })
  })

  it('says that the address to listen on is not of this machine', async () => {
    const error = await startEngine({ identity: await identityOf('alice'), listen: { host: '192.0.2.77' } }).catch((thrown) => thrown)
    expect(error).to.include({ code: 'interface-unknown' })
  })

  it('tells its port and frees it when it is closed', async () => {
    const alice = await Party.start('alice')
    expect(await alice.one('listening')).to.deep.equal({ port: alice.engine.port })
    await alice.engine.close()
    await alice.engine.close()
    const error = await new Promise<NodeJS.ErrnoException>((resolve) =>
      connectPlain({ host: '127.0.0.1', port: alice.engine.port }).once('error', resolve),
    )
    expect(error.code).to.equal('ECONNREFUSED')
  })

  it('hangs nowhere when its thread dies: all that runs fails with a word', async () => {
    const dying = `
      const { parentPort } = require('node:worker_threads')
      parentPort.postMessage({ say: 'ready', port: 1 })
      parentPort.on('message', (command) => {
        if (command.do === 'unserve') throw new Error('a fault in the thread')
        if (command.do === 'admit') {
          const sending = { transfer: command.ticket.transfer, ticket: command.ticket.id, user: 'u', bytes: 0, of: 1, path: 'direct' }
          parentPort.postMessage({ say: 'event', what: { event: 'sending', args: [sending] } })
        }
      })`
    const engine = await EngineFace.start(new Worker(dying, { eval: true }))
    const party = { name: 'x', identity: await identityOf('bob'), endpoint: '127.0.0.1:1' }
    const { sender } = ticketsFor(TRANSFER, party, party)
    const told: string[] = []
    engine.on('failed', ({ transfer, code }) => told.push(`failed ${transfer} ${code}`))
    engine.on('sendingFailed', ({ ticket, code }) => told.push(`sendingFailed ${ticket} ${code}`))
    const sending = new Promise((resolve) => engine.on('sending', resolve))
    engine.admit(sender)
    await sending
    engine.fetch({ ticket: sender, into: '/nowhere', expect: { bytes: 1, count: 1 } })
    const serving = engine.serve(TRANSFER, ['/nothing']).catch((error) => error.code)
    engine.unserve(TRANSFER)
    expect(await serving).to.equal('internal')
    await until('both are told', () => told.length === 2)
    expect(told).to.deep.equal([`failed ${TRANSFER} internal`, `sendingFailed ${sender.id} internal`])
    engine.fetch({ ticket: sender, into: '/nowhere', expect: { bytes: 1, count: 1 } })
    await until('later ones too', () => told.length === 3)
    expect(await engine.stop(TRANSFER, { into: '/nowhere', remove: true }).catch((error) => error.code)).to.equal('internal')
    await engine.close()
  })
})
