import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { expect } from 'chai'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { REGISTRY_ALPN } from '../../core/protocol/limits.ts'
import { MAX_STRANGERS_PER_ADDRESS, REFUSALS_INTERVAL, REFUSALS_TOLD, TELL_ALL_INTERVAL } from '../../core/registry/limits.ts'
import type { RunningRegistry } from '../../core/registry/options.ts'
import { RATES } from '../../core/registry/rates.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { TestClient } from './support/client.ts'
import { fingerprint, House, say, temporaryFolder, text } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'
import { login, loginRequest, register, registrationRequest } from './support/password.ts'

const UPGRADE =
  'GET /optichat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Protocol: optichat.1\r\n'

describe('a registry’s socket under abuse', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let registry: RunningRegistry
  let sockets: Socket[] = []
  const lines: string[] = []

  before(async () => {
    folder = temporaryFolder()
    registry = await startRegistry({ data: folder.path, name: 'T', port: 0, host: '127.0.0.1', log: (line) => lines.push(line) })
  })
  after(async () => {
    await registry?.close()
    folder?.remove()
  })
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    sockets = []
    // Whatever happened before, somebody decent is served.
    const link = await dialWebSocket({ host: '127.0.0.1', port: registry.port, identity: await identityOf('decent') })
    expect((await new TestClient(link).ask('hello', { version: 1, device: 'x' })).registry.id).to.equal(registry.id)
    link.close('lost')
  })

  const tls = async (): Promise<TLSSocket> => {
    const { key, certificate } = await identityOf('bad')
    const socket = connectTls({
      host: '127.0.0.1',
      port: registry.port,
      key,
      cert: certificate,
      rejectUnauthorized: false,
      ALPNProtocols: [REGISTRY_ALPN],
    })
    sockets.push(socket)
    socket.on('error', () => socket.destroy())
    await new Promise((resolve) => socket.once('secureConnect', resolve))
    return socket
  }
  const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()).resume())
  const answer = async (socket: Socket) => {
    let got = ''
    socket.on('data', (data) => {
      got += data.toString('latin1')
    })
    await closed(socket)
    return got
  }
  /** An open WebSocket of which the test writes each byte. */
  const upgraded = async () => {
    const socket = await tls()
    socket.write(`${UPGRADE}\r\n`)
    await new Promise<void>((resolve) => socket.once('data', () => resolve()))
    return socket
  }
  /** A frame of RFC 6455 §5.2, masked with zeros. */
  const frame = (opcode: number, payload: Buffer, final = true) => {
    const head = Buffer.from([(final ? 0x80 : 0) | opcode, 0x80 | Math.min(payload.length, 125), 0, 0, 0, 0])
    return Buffer.concat([head, payload])
  }

  it('bounds the headers of a request, their size and their number', async () => {
    const large = await tls()
    large.write(`${UPGRADE}X-Large: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(await answer(large)).to.not.match(/101 Switching/)
    const many = await tls()
    many.write(`${UPGRADE}${Array.from({ length: 2_000 }, (_, index) => `X-${index}: y\r\n`).join('')}\r\n`)
    expect(await answer(many)).to.not.match(/101 Switching/)
    expect(lines.filter((line) => /HPE_HEADER_OVERFLOW/.test(line))).to.have.length(2)
  })

  it('ends a message of very many tiny fragments', async () => {
    const socket = await upgraded()
    const end = closed(socket)
    socket.write(frame(1, Buffer.from('{'), false))
    for (let count = 0; count < 2_000 && !socket.destroyed; count++) socket.write(frame(0, Buffer.from(' '), false))
    await end
  })

  it('ends a frame whose length is a lie, and one that is no text', async () => {
    const forged = await upgraded()
    // 2^62 bytes are announced.
    forged.write(Buffer.from([0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    await closed(forged)
    const binary = await upgraded()
    binary.write(frame(2, Buffer.from([1, 2, 3])))
    await closed(binary)
    const invalid = await upgraded()
    invalid.write(frame(1, Buffer.from([0xff, 0xfe, 0xfd])))
    await closed(invalid)
  })

  it('lets nobody in who shows somebody’s certificate without having its key', async () => {
    const { certificate } = await identityOf('decent')
    const { key } = await identityOf('bad')
    const dial = () =>
      connectTls({
        host: '127.0.0.1',
        port: registry.port,
        key,
        cert: certificate,
        rejectUnauthorized: false,
        ALPNProtocols: [REGISTRY_ALPN],
      })
    // Node itself won't even begin, as any TLS library that follows RFC 8446 §4.4.3.
    expect(dial).to.throw(/mismatch/)
  })

  it('gives up on those who dawdle: in the handshake, in their headers, and after', async () => {
    const silent = connectTcp(registry.port, '127.0.0.1')
    const started = connectTcp(registry.port, '127.0.0.1')
    sockets.push(silent, started)
    for (const socket of [silent, started]) socket.on('error', () => socket.destroy())
    // The beginning of a ClientHello, and no more.
    started.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))
    const idle = await tls()
    const dripping = await tls()
    dripping.write('GET /optichat HTTP/1.1\r\n')
    const drip = setInterval(() => dripping.writable && dripping.write('X-Slow: y\r\n'), 500)
    try {
      await Promise.all([silent, started, idle, dripping].map(closed))
    } finally {
      clearInterval(drip)
    }
  })

  it('writes a few lines about a flood, and how much more there was', async () => {
    const before = lines.length
    for (let count = 0; count < 40; count++) {
      const socket = connectTcp(registry.port, '127.0.0.1')
      sockets.push(socket)
      socket.on('error', () => socket.destroy())
      socket.end(randomBytes(200))
      await closed(socket)
    }
    expect(lines.length - before).to.be.at.most(REFUSALS_TOLD)
  })
})

describe('a registry’s patience', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let house: House
  let clock: ManualClock
  let ids: { alice: string; bob: string }

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock, rates: RATES })
    ids = { alice: (await house.user('Alice')).id, bob: (await house.user('Bob')).id }
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  const send = (client: TestClient) =>
    client.ask('send', { id: randomUUID(), to: [ids.bob], body: text('x') }).then(
      () => 0,
      ({ code, retryAfter }) => (code === 'slow-down' ? (retryAfter as number) : Number.NaN),
    )

  it('takes messages of a device as fast as a person pastes, then at a rate, saying when to try again', async () => {
    const alice = await house.online('Alice')
    const waits = await Promise.all(Array.from({ length: RATES.send.burst + 5 }, () => send(alice)))
    expect(waits.filter((wait) => wait === 0)).to.have.length(RATES.send.burst)
    const wait = Math.max(...waits)
    expect(wait).to.be.within(1, 1_000 / RATES.send.perSecond)
    // Another connection of the device is the same device, another device another one; nobody else is kept waiting.
    expect(await send(await house.online('Alice'))).to.be.greaterThan(0)
    expect(await send(await house.online('Bob'))).to.equal(0)
    clock.advance(wait)
    expect(await send(alice)).to.equal(0)
    expect(await send(alice)).to.be.greaterThan(0)
    expect(alice.ended).to.equal(null)
  })

  it('takes audiences that are new at a rate, the larger the slower, and known ones at any', async () => {
    const crowd = await Promise.all(Array.from({ length: 1_000 }, (_, index) => house.user(`Person ${index}`)))
    const alice = await house.online('Alice')
    const send = (without: number, id: string = randomUUID()) =>
      alice.refusal('send', { id, to: crowd.filter((_, index) => index !== without).map(({ id }) => id), body: text('x') })
    for (let audience = 0; audience < 5; audience++) expect(await send(audience)).to.equal('done')
    expect(await send(5)).to.equal('slow-down')
    expect(await send(4)).to.equal('done')
    clock.advance((1_000 / RATES.audience.perSecond) * 1_000)
    expect(await send(5)).to.equal('done')
  })

  it('tells all of a receipt that may concern anybody, but not of each of thousands', async () => {
    const [writer, alice, bob] = [await house.online('Bob'), await house.greet('Alice'), await house.online('Bob')]
    for (let count = 0; count < 20; count++) await say(writer, 'everyone', `${count}`)
    // It says that it has everything, and then reads what it was never sent on this connection.
    await alice.sync(20)
    for (let position = 1; position <= 20; position++) await alice.ask('receipt', { read: { conversation: 'everyone', position } })
    await bob.settled()
    expect(bob.events('receipt')).to.have.length(1)
    clock.advance(TELL_ALL_INTERVAL)
    await bob.settled()
    expect(bob.events('receipt')).to.have.length(2)
    expect(bob.events('receipt')[1]).to.deep.include({ read: { user: ids.alice, conversation: 'everyone', position: 20 } })
    const back = await (await house.greet('Bob')).ask('sync', { after: 20 })
    expect(back.reads).to.deep.include({ user: ids.alice, conversation: 'everyone', position: 20 })
  })

  it('takes few changes of rooms in a minute', async () => {
    const alice = await house.online('Alice')
    const make = () => alice.refusal('room-create', { name: 'Tea', open: true, members: [] })
    for (let count = 0; count < RATES.change.burst; count++) expect(await make()).to.equal('done')
    expect(await make()).to.equal('slow-down')
    clock.advance(60_000 / 20)
    expect(await make()).to.equal('done')
  })

  it('lets strangers of one address connect and register at a rate, and devices it knows at once', async () => {
    let refused = 0
    const clients: TestClient[] = []
    for (let count = 0; count < RATES.connect.burst + 10; count++) {
      const client = house.connect(randomUUID())
      clients.push(client)
      client.link.close('lost')
      await client.ask('hello', { version: 1, device: 'x' }).catch(() => undefined)
      await until('its end', () => client.ended)
      if (client.ended === 'slow-down') refused++
    }
    expect(refused).to.be.greaterThan(0)
    expect((await house.online('Alice')).ended).to.equal(null)
    clock.advance(60_000)
    const request = await registrationRequest()
    const codes: string[] = []
    for (let count = 0; count < RATES.register.burst / 50 + 1; count++) {
      const client = await house.greet()
      for (let again = 0; again < 50; again++)
        codes.push(await client.refusal('register-start', { name: `User ${again} ${count}`, request }))
    }
    expect(codes.slice(0, RATES.register.burst).every((code) => code === 'done')).to.equal(true)
    expect(codes.at(-1)).to.equal('slow-down')
  })

  it('lets all come back at once whose devices it knows, however many strangers knock', async () => {
    for (let count = 0; count < MAX_STRANGERS_PER_ADDRESS; count++) house.connect(randomUUID())
    const alice = await house.online('Alice')
    expect(alice.ended).to.equal(null)
    expect(house.connect('stranger').ended ?? 'slow-down').to.equal('slow-down')
  })

  it('counts what it refused to an address instead of writing a line for each', async () => {
    const client = await house.online('Alice')
    for (let count = 0; count < 15; count++) await client.refusal('sync', { after: 0 })
    expect(house.lines.filter((line) => line.includes('was refused'))).to.have.length(REFUSALS_TOLD)
    clock.advance(REFUSALS_INTERVAL)
    expect(house.lines.at(-1)).to.equal(`${15 - REFUSALS_TOLD} more refused from memory`)
  })
})

describe('names of a registry', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let house: House

  beforeEach(async () => {
    folder = temporaryFolder()
    house = await House.open({ folder: folder.path })
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  it('cannot be found out by the time or the size of an answer', async () => {
    await register(await house.greet(), 'Alice', 'the password')
    const { request } = await loginRequest()
    const times: Record<string, number[]> = { Alice: [], Nobody: [] }
    const sizes = new Set<number>()
    for (let round = 0; round < 40; round++) {
      // Anew each time: guessing is slowed down by address and name.
      house.context.throttle.succeeded('alice', 'memory')
      house.context.throttle.succeeded('nobody', 'memory')
      for (const name of round % 2 === 0 ? ['Alice', 'Nobody'] : ['Nobody', 'Alice']) {
        const client = await house.greet()
        const start = performance.now()
        const { response } = await client.ask('login-start', { name, request })
        times[name]?.push(performance.now() - start)
        sizes.add(response.length)
        client.link.close('lost')
      }
    }
    expect(sizes.size).to.equal(1)
    // Of the fast ones: what a busy machine adds says nothing of the name.
    const fast = (name: string) => times[name]?.sort((a, b) => a - b)[4] ?? 0
    expect(fast('Alice') / fast('Nobody')).to.be.within(0.75, 1.33)
  })

  it('are not given to two of whom one could be taken for the other', async () => {
    const request = await registrationRequest()
    const outcome = async (name: string) => {
      const client = await house.greet()
      const code = await client.refusal('register-start', { name, request })
      client.link.close('lost')
      await until('its end', () => client.ended)
      return code
    }
    for (const name of ['Paul', 'Morn Rice', 'Bob O', 'Ärger']) await register(await house.greet(), name, 'the password')
    // Digits for letters, rn for m, letters with marks written apart or in another width: UTS 39 §4.
    for (const name of ['PauI', 'pau1', 'Mom Rice', 'Bob 0', 'A\u0308rger', 'ｐａｕｌ'])
      expect(await outcome(name), name).to.equal('name-taken')
    // Letters of other alphabets among them or instead of them, invisible ones, ones that turn the text around.
    for (const name of ['Р\u0430ul', 'Раսl', 'соса', 'Pa\u200bul', 'Pa\u202eul', 'Pa\u2066ul', 'everyone', 'Εvery'])
      expect(await outcome(name), name).to.equal('name-refused')
    for (const name of ['Paula', 'Arger', 'Müller', 'Яна', '田中', 'Ελένη']) expect(await outcome(name), name).to.equal('done')
  })

  it('say nothing of whether they exist to somebody who is signed in as another', async () => {
    await house.user('Bob')
    const bob = await house.online('Bob')
    const { request } = await loginRequest()
    for (const name of ['Alice', 'Nobody']) expect(await bob.refusal('login-start', { name, request })).to.equal('out-of-state')
  })

  it('are signed in to by the device that was enrolled, not by one that says so', async () => {
    await register(await house.greet(), 'Alice', 'the password')
    await login(await house.greet('desk'), 'Alice', 'the password')
    const client = house.connect('impostor')
    expect((await client.ask('hello', { version: 1, device: createHash('sha256').update('desk').digest('hex') })).user).to.equal(undefined)
    expect(house.context.accounts.ofDevice(fingerprint('impostor'))).to.equal(null)
  })

  it('hear only of what is theirs: receipts of others do not move', async () => {
    const [alice, bob] = [await house.user('Alice'), await house.user('Bob')]
    const [a, b] = [await house.online('Alice'), await house.online('Bob')]
    const position = await say(a, [bob.id], 'x')
    await a.ask('receipt', { delivered: position })
    expect([alice.delivered, bob.delivered]).to.deep.equal([position, 0])
    await b.ask('receipt', { delivered: 1e9 })
    expect(bob.delivered).to.equal(position)
  })
})
