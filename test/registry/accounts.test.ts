import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { PRESENCE_INTERVAL, SIGN_IN_TIMEOUT } from '../../core/protocol/limits.ts'
import { FREE_ATTEMPTS, MAX_BEGUN } from '../../core/registry/limits.ts'
import { until } from '../support/wait.ts'
import { House, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'
import { login, loginRequest, register, registrationOf, registrationRequest } from './support/password.ts'

describe('registering and signing in', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  it('greets a new device with the name and the id of the registry, and no user', async () => {
    const reply = await house.connect().ask('hello', { version: 1, device: 'test' })
    expect(reply).to.deep.equal({ version: 1, registry: { id: house.context.id, name: 'Test' }, registration: 'open' })
  })

  it('refuses another version of the protocol and closes', async () => {
    const client = house.connect()
    expect(await client.refusal('hello', { version: 2, device: 'test' })).to.equal('protocol-version')
    await until('the end', () => client.ended === 'protocol-version')
  })

  it('makes an account, signs it in by password, and from then on by the device alone', async () => {
    const client = await house.greet('laptop')
    await register(client, ' Alice ', 'secret password')
    const done = await login(client, 'ALICE', 'secret password')
    expect(done?.reply.user.name).to.equal('Alice')
    expect(done?.reply.proof).to.equal(done?.expected)
    const again = house.connect('laptop')
    expect((await again.ask('hello', { version: 1, device: 'test' })).user).to.deep.equal(done?.reply.user)
    expect((await house.connect('other').ask('hello', { version: 1, device: 'test' })).user).to.equal(undefined)
  })

  it('lets a wrong password and an unknown name look alike, and signs neither in', async () => {
    const client = await house.greet()
    await register(client, 'Alice', 'secret password')
    expect(await login(client, 'Alice', 'wrong password')).to.equal(null)
    expect(await login(client, 'Nobody', 'secret password')).to.equal(null)
    const { request } = await loginRequest()
    const answers = [
      await client.ask('login-start', { name: 'Alice', request }),
      await client.ask('login-start', { name: 'Nobody', request }),
    ]
    expect(answers[0]?.response).to.have.length(answers[1]?.response.length ?? 0)
    const finish = randomBytes(64).toString('base64url')
    const proof = randomBytes(32).toString('base64url')
    expect(await client.refusal('login-finish', { finish, proof })).to.equal('sign-in-failed')
    expect(await client.refusal('sync', { after: 0 })).to.equal('out-of-state')
  })

  it('answers the same request about an unknown name with the same evaluation, as it does about a known one', async () => {
    const client = await house.greet()
    await register(client, 'Alice', 'secret password')
    const { request } = await loginRequest()
    // RFC 9807 §6.3.2.2: the evaluated element comes first, 32 bytes; what follows is masked anew each time.
    const evaluated = async (name: string) =>
      Buffer.from((await client.ask('login-start', { name, request })).response, 'base64url')
        .subarray(0, 32)
        .toString('hex')
    expect(await evaluated('Alice')).to.equal(await evaluated('Alice'))
    expect(await evaluated('Nobody')).to.equal(await evaluated('Nobody'))
    expect(await evaluated('Nobody')).to.not.equal(await evaluated('Somebody'))
  })

  it('notices somebody in the middle by the proof of another connection', async () => {
    const client = await house.greet('laptop')
    await register(client, 'Alice', 'secret password')
    const error = await login(client, 'Alice', 'secret password', { exporter: randomBytes(32) }).catch((error: unknown) => error)
    expect(error).to.have.property('code', 'man-in-the-middle')
    expect((await house.connect('laptop').ask('hello', { version: 1, device: 'test' })).user).to.equal(undefined)
    expect(house.lines.join('\n')).to.match(/could not sign in as Alice: .*intercepted/)
  })

  it('gives a name to one only: in any case, while it is being registered, and when two finish at once', async () => {
    const [first, second] = [await house.greet(), await house.greet()]
    const record = await registrationOf(first, 'Alice', 'secret password')
    const request = await registrationRequest()
    expect(await second.refusal('register-start', { name: 'alice', request })).to.equal('name-taken')
    await first.ask('register-finish', { record })
    expect(await second.refusal('register-start', { name: 'ALICE', request })).to.equal('name-taken')
    const third = await house.greet()
    await registrationOf(third, 'Bob', 'secret password')
    third.link.close('lost')
    await until('the end', () => house.context.sessions.count === 2)
    expect(await second.refusal('register-start', { name: 'Bob', request })).to.equal('done')
    // Who goes on to another name lets go of the first.
    expect(await second.refusal('register-start', { name: 'Carol', request })).to.equal('done')
    expect(await first.refusal('register-start', { name: 'Bob', request })).to.equal('done')
  })

  it('refuses names and records that cannot be used', async () => {
    const client = await house.greet()
    const request = await registrationRequest()
    for (const name of ['', 'everyone', 'a\u0000b', 'x'.repeat(41), 'Аlice']) {
      expect(await client.refusal('register-start', { name, request }), name).to.equal('name-refused')
    }
    expect(await client.refusal('register-start', { name: 'Alice', request: 'AAAA' })).to.equal('bad-frame')
    await client.ask('register-start', { name: 'Alice', request })
    expect(await client.refusal('register-finish', { record: 'AAAA' })).to.equal('bad-frame')
    expect(await client.refusal('login-start', { name: 'Alice', request: 'AAAA' })).to.equal('bad-frame')
  })

  it('slows guessing down by name and address, but not the next name, and forgets it after a success', async () => {
    const client = await house.greet()
    await register(client, 'Alice', 'secret password')
    for (let attempt = 0; attempt < FREE_ATTEMPTS; attempt++) expect(await login(client, 'Alice', 'wrong password')).to.equal(null)
    const error = await login(client, 'alice', 'secret password').catch((error: unknown) => error)
    expect(error).to.have.property('code', 'slow-down')
    expect(error).to.have.property('retryAfter').within(1, 1_000)
    expect(await login(client, 'Bob', 'secret password')).to.equal(null)
    clock.advance(1_000)
    expect((await login(client, 'Alice', 'secret password'))?.reply.user.name).to.equal('Alice')
    expect(await login(client, 'Alice', 'wrong password')).to.equal(null)
    expect(await login(client, 'Alice', 'wrong password')).to.equal(null)
  })

  it('computes a bounded number of answers for one connection', async () => {
    const client = await house.greet()
    const request = await registrationRequest()
    for (let begun = 0; begun < MAX_BEGUN; begun++) await client.ask('register-start', { name: 'Alice', request })
    expect(await client.refusal('register-start', { name: 'Alice', request })).to.equal('slow-down')
    expect(await client.refusal('login-start', { name: 'Alice', request })).to.equal('slow-down')
    expect(await (await house.greet()).refusal('register-start', { name: 'Bob', request })).to.equal('done')
  })

  it('moves a device to whom it signs in as last, and ends what it had open as the other', async () => {
    const alice = await house.user('Alice')
    const old = await house.online('Alice')
    const client = await house.greet('new')
    await register(client, 'Bob', 'secret password')
    await house.enrol('new', alice)
    const before = await house.online('new')
    expect((await login(client, 'Bob', 'secret password'))?.reply.user.name).to.equal('Bob')
    await until('the end', () => before.ended === 'device-revoked')
    expect(old.ended).to.equal(null)
    expect((await house.connect('new').ask('hello', { version: 1, device: 'test' })).user?.name).to.equal('Bob')
  })

  it('signs an enrolled device in as somebody else when it asks, and its first user goes offline', async () => {
    const bob = await house.online((await house.user('Bob')).name)
    await register(await house.greet(), 'Carol', 'secret password')
    await house.user('Alice')
    const client = await house.greet('Alice')
    expect(await login(client, 'Carol', 'wrong password')).to.equal(null)
    clock.advance(PRESENCE_INTERVAL)
    await bob.event('presence', ({ users }) => users.some((user) => user.name === 'Alice' && user.presence === 'online'))
    expect((await login(client, 'Carol', 'secret password'))?.reply.user.name).to.equal('Carol')
    clock.advance(PRESENCE_INTERVAL)
    await bob.event('presence', ({ users }) => users.some((user) => user.name === 'Alice' && user.presence === 'offline'))
    await client.sync()
    await say(client, 'everyone', 'from Carol')
    const [message] = await until('the message', () => (bob.messages().length > 0 ? bob.messages() : null))
    expect(message?.from).to.equal((await house.context.accounts.named('carol'))?.id)
  })

  it('answers a sign-out first, then ends all sessions of the device, which needs its password from then on', async () => {
    await house.user('Alice')
    const [client, second] = [await house.online('Alice'), await house.online('Alice')]
    await client.ask('logout', {})
    await until('the ends', () => client.ended && second.ended)
    expect([client.ended, second.ended]).to.deep.equal(['device-revoked', 'device-revoked'])
    expect(client.order.slice(-2)).to.deep.equal(['reply logout', 'bye'])
    expect((await house.connect('Alice').ask('hello', { version: 1, device: 'test' })).user).to.equal(undefined)
  })

  it('asks for hello first, and for a sign-in before everything else', async () => {
    const client = house.connect()
    expect(await client.refusal('sync', { after: 0 })).to.equal('out-of-state')
    await client.ask('hello', { version: 1, device: 'test' })
    const transfer = '00000000-0000-4000-8000-000000000000'
    expect(await client.refusal('hello', { version: 1, device: 'test' })).to.equal('out-of-state')
    expect(await client.refusal('sync', { after: 0 })).to.equal('out-of-state')
    expect(await client.refusal('send', { id: transfer, to: 'everyone', body: { kind: 'text', text: 'x' } })).to.equal('out-of-state')
    expect(await client.refusal('receipt', { delivered: 1 })).to.equal('out-of-state')
    expect(await client.refusal('endpoints', { endpoints: [] })).to.equal('out-of-state')
    expect(await client.refusal('serve', { transfers: [transfer] })).to.equal('out-of-state')
    expect(await client.refusal('ticket', { transfer })).to.equal('out-of-state')
    expect(await client.refusal('dial-back', { ticket: transfer })).to.equal('out-of-state')
    expect(await client.refusal('logout', {})).to.equal('out-of-state')
    expect(await client.refusal('register-finish', { record: 'AAAA' })).to.equal('out-of-state')
    expect(await client.refusal('login-finish', { finish: 'AAAA', proof: 'A'.repeat(43) })).to.equal('out-of-state')
    await house.user('Alice')
    const alice = await house.online('Alice')
    expect(await alice.refusal('sync', { after: 0 })).to.equal('out-of-state')
    expect(await alice.refusal('login-start', { name: 'Bob', request: 'AAAA' })).to.equal('out-of-state')
  })

  it('ends a connection that does not sign in, and only such a one', async () => {
    await house.user('Alice')
    const [stranger, alice] = [await house.greet(), await house.online('Alice')]
    clock.advance(SIGN_IN_TIMEOUT)
    await until('the end', () => stranger.ended === 'timed-out')
    await alice.settled()
    expect(alice.ended).to.equal(null)
  })

  it('writes a readable line for what happens, made harmless', async () => {
    const client = house.connect('x')
    await client.ask('hello', { version: 1, device: 'a\u001b[31m\u202edevice' })
    await register(client, 'Alice', 'secret password')
    await client.refusal('register-start', { name: `bad\n\u001b[2Jname${'x'.repeat(150)}`, request: 'AAAA' })
    await login(client, 'Alice', 'secret password')
    client.link.close('lost')
    await until('the line', () => house.lines.some((line) => line === 'Alice went offline'))
    expect(house.lines).to.include('Alice registered from memory')
    expect(house.lines).to.include('Alice signed in from memory (a\ufffd[31m\ufffddevice)')
    expect(house.lines.join('')).to.match(/memory could not register as bad\ufffd\ufffd\[2Jnamex+…: /)
    expect(house.lines.join('')).to.not.match(/\p{C}/u)
  })
})
