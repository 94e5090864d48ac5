import { randomBytes, randomUUID } from 'node:crypto'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { expect } from 'chai'
import { RELAY_PATIENCE, RELAY_PREFACE, RELAY_READY } from '../../core/protocol/limits.ts'
import { MAX_RELAYS_OF_USER, RELAY_BUFFER, RELAY_IDLE, RELAY_PREFACE_TIMEOUT, RELAY_RATE } from '../../core/registry/limits.ts'
import { until } from '../support/wait.ts'
import type { TestClient } from './support/client.ts'
import { fingerprint, House, offer, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'

const MiB = 1024 * 1024

/** One end of a relayed connection, as a peer has it. */
class End {
  readonly socket: Socket
  readonly #chunks: Buffer[] = []
  length = 0
  closed = false

  constructor(port: number, said: string | Buffer) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('error', () => this.socket.destroy())
    this.socket.on('close', () => {
      this.closed = true
    })
    this.socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.length += chunk.length
    })
    this.socket.write(said)
  }

  get got(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get text(): string {
    return this.got.toString('latin1')
  }
}

describe('the relay', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House
  let server: Server
  let port: number
  let alice: TestClient
  let bob: TestClient
  let carol: TestClient
  let transfer: string
  const ends: End[] = []

  const dials = (said: string | Buffer): End => {
    const end = new End(port, said)
    ends.push(end)
    return end
  }
  const shows = (token: string) => dials(RELAY_PREFACE + token)
  /** A ticket of bob's for alice's files. */
  const ticketOf = async () => (await bob.ask('ticket', { transfer })).ticket.id
  const tokens = async () => {
    const ticket = await ticketOf()
    const { token } = await bob.ask('relay', { ticket })
    return { bob: token, alice: (await alice.event('relay', (body) => body.ticket === ticket)).token }
  }
  const joined = async () => {
    const token = await tokens()
    const pair = { bob: shows(token.bob), alice: shows(token.alice) }
    await until('both are there', () => pair.bob.text === RELAY_READY && pair.alice.text === RELAY_READY)
    return pair
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  /** Waits while time goes on by what the pace asks for. */
  const inTime = (what: string, condition: () => boolean) =>
    until(what, () => {
      clock.advance(25)
      return condition()
    })

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    const ids = { alice: (await house.user('Alice')).id, bob: (await house.user('Bob')).id, carol: (await house.user('Carol')).id }
    alice = await house.online('Alice')
    bob = await house.online('Bob')
    carol = await house.online('Carol')
    transfer = randomUUID()
    await say(alice, [ids.bob], offer(transfer))
    await alice.ask('serve', { transfers: [transfer] })
    server = createServer((socket) => house.context.relays.accept(socket))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  afterEach(async () => {
    for (const { socket } of ends.splice(0)) socket.destroy()
    await house.close()
    house.context.relays.close()
    await new Promise((resolve) => server.close(resolve))
    folder.remove()
  })

  it('joins the two devices of a ticket and passes every byte on, both ways, whoever came first', async () => {
    const pair = await joined()
    const [there, back] = [randomBytes(3 * MiB), randomBytes(2 * MiB)]
    pair.alice.socket.write(there)
    pair.bob.socket.write(back)
    await inTime('all is there', () => pair.bob.length === there.length + 1 && pair.alice.length === back.length + 1)
    expect(pair.bob.got.subarray(1).equals(there)).to.equal(true)
    expect(pair.alice.got.subarray(1).equals(back)).to.equal(true)
    expect(house.context.relays.bytes).to.equal(5 * MiB)
    expect(house.context.relays.count).to.equal(1)
  })

  it('lets what was said last arrive before the end', async () => {
    const pair = await joined()
    const last = randomBytes(4 * MiB)
    pair.alice.socket.end(last)
    await inTime('the end', () => pair.bob.closed)
    expect(pair.bob.got.subarray(1).equals(last)).to.equal(true)
    await until('nothing is left', () => house.context.relays.count === 0)
  })

  it('is closed for both when one of them vanishes', async () => {
    const pair = await joined()
    pair.alice.socket.resetAndDestroy()
    await until('the other end', () => pair.bob.closed)
    await until('nothing is left', () => house.context.relays.count === 0)
  })

  it('is for the holder of the ticket only, and once', async () => {
    const ticket = await ticketOf()
    expect(await carol.refusal('relay', { ticket })).to.equal('ticket-refused')
    expect(await alice.refusal('relay', { ticket })).to.equal('ticket-refused')
    expect(await bob.refusal('relay', { ticket: randomUUID() })).to.equal('ticket-refused')
    expect(await bob.refusal('relay', { ticket })).to.equal('done')
    expect(await bob.refusal('relay', { ticket })).to.equal('ticket-refused')
    const next = await ticketOf()
    alice.link.close('lost')
    await until('the end', () => house.context.sessions.count === 2)
    expect(await bob.refusal('relay', { ticket: next })).to.equal('peer-away')
    expect(carol.events('relay')).to.deep.equal([])
  })

  it('closes on who shows a token that is none, used up, or out of date, without a word', async () => {
    const pair = await joined()
    const spent = await tokens()
    const first = shows(spent.bob)
    await until('it was taken', () => house.context.relays.count === 2 && first.socket.bytesWritten > 0)
    const strangers = [
      shows(randomBytes(32).toString('base64url')),
      dials('OPTICHAT-RELAX'.padEnd(57, 'x')),
      dials(Buffer.concat([Buffer.from('O'), randomBytes(4_000)])),
      shows(spent.bob),
    ]
    for (const stranger of strangers) await until('it is closed', () => stranger.closed)
    expect(strangers.map(({ text }) => text)).to.deep.equal(['', '', '', ''])
    clock.advance(RELAY_PATIENCE)
    await until('who waited is let go', () => first.closed)
    const late = shows(spent.alice)
    await until('it is closed', () => late.closed)
    expect([first.text, late.text, pair.bob.closed]).to.deep.equal(['', '', false])
  })

  it('does not wait for ever for a token, nor for many', async () => {
    const slow = dials('OPTICHAT')
    await until('it came', () => slow.socket.bytesWritten > 0)
    await until('it is closed', async () => {
      clock.advance(RELAY_PREFACE_TIMEOUT)
      await settled()
      return slow.closed
    })
    const many = Array.from({ length: 80 }, () => dials('OPTI'))
    await until('those too many are closed', () => many.filter(({ closed }) => closed).length === 16)
  })

  it('holds no more than a little for who does not read, and the others go on', async () => {
    const [slow, quick] = [await joined(), await joined()]
    slow.bob.socket.pause()
    let left = 0
    for (let n = 0; n < 32; n++) slow.alice.socket.write(Buffer.alloc(MiB), () => left++)
    quick.alice.socket.write(Buffer.alloc(MiB))
    await inTime('the other relay goes on', () => quick.bob.length === MiB + 1)
    // What the kernel's buffers take, and RELAY_BUFFER.
    expect(house.context.relays.bytes).to.be.below(16 * MiB + RELAY_BUFFER + MiB)
    expect(left).to.be.below(32)
    slow.bob.socket.resume()
    await inTime('it goes on', () => slow.bob.length === 32 * MiB + 1)
  })

  it('is slowed down to what one user may have, whatever the number of its relays', async () => {
    const pairs = [await joined(), await joined()]
    for (const { alice } of pairs) alice.socket.write(Buffer.alloc(RELAY_RATE))
    const passed = () => house.context.relays.bytes
    const still = async () => {
      let before = -1
      let same = 0
      await until('it waits', async () => {
        const now = passed()
        same = now === before ? same + 1 : 0
        before = now
        for (let turn = 0; turn < 20; turn++) await settled()
        return same === 3
      })
      return passed()
    }
    const first = await still()
    expect(first).to.be.below(RELAY_RATE / 2)
    for (let tenth = 0; tenth < 10; tenth++) {
      clock.advance(100)
      await still()
    }
    expect(passed()).to.be.within(RELAY_RATE / 2, RELAY_RATE * 1.5)
  })

  it('is not for more than a few transfers of one user at once', async () => {
    for (let n = 0; n < MAX_RELAYS_OF_USER; n++) await tokens()
    const ticket = await ticketOf()
    expect(await bob.refusal('relay', { ticket })).to.equal('slow-down')
    clock.advance(RELAY_PATIENCE)
    expect(await bob.refusal('relay', { ticket })).to.equal('done')
  })

  it('can be turned off', async () => {
    const without = temporaryFolder()
    const other = await House.open({ folder: without.path, clock, relay: false })
    const [sender, receiver] = [await other.user('Alice'), await other.user('Bob')]
    const [there, here] = [await other.online('Alice'), await other.online('Bob')]
    await say(there, [receiver.id], offer(transfer))
    await there.ask('serve', { transfers: [transfer] })
    const { ticket } = await here.ask('ticket', { transfer })
    expect(ticket.peer.user).to.equal(sender.id)
    expect(await here.refusal('relay', { ticket: ticket.id })).to.equal('peer-unreachable')
    expect(there.events('relay')).to.deep.equal([])
    await other.close()
    without.remove()
  })

  it('ends when nothing was said for a minute, and when a device is signed out', async () => {
    const [silent, revoked] = [await joined(), await joined()]
    for (const { alice } of [silent, revoked]) alice.socket.write('a')
    await until('it came', () => silent.bob.length === 2 && revoked.bob.length === 2)
    clock.advance(RELAY_IDLE)
    await settled()
    expect(silent.bob.closed).to.equal(false)
    revoked.bob.socket.write('b')
    await until('it came', () => revoked.alice.length === 2)
    clock.advance(RELAY_IDLE)
    await until('the silent one is closed', () => silent.bob.closed && silent.alice.closed)
    await bob.ask('logout', {})
    await until('the other one, too', () => revoked.bob.closed && revoked.alice.closed)
    expect(house.context.sessions.ofDevice(fingerprint('Bob'))).to.deep.equal([])
  })
})
