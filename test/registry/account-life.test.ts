import { randomBytes, randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { FRESH_TIME, PRESENCE_INTERVAL } from '../../core/protocol/limits.ts'
import { Admin } from '../../core/registry/admin.ts'
import { INVITE_LIFETIME, MAX_DEVICES, RESET_LIFETIME } from '../../core/registry/limits.ts'
import { until } from '../support/wait.ts'
import type { TestClient } from './support/client.ts'
import { fingerprint, House, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'
import { changedRecord, login, register, registrationRequest } from './support/password.ts'

const DAY = 24 * 60 * 60_000

describe('the life of an account', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House
  let options: { registration?: 'open' | 'invite' | 'closed' }

  const open = async (more: typeof options = {}) => {
    options = more
    house = await House.open({ folder: folder.path, clock, ...more })
  }
  const reopen = async (more: typeof options = options) => {
    await house.close()
    await open(more)
  }
  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    await open()
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  /** A device that has just signed in with a password, and synced. */
  const signedIn = async (device: string, name: string, password: string): Promise<TestClient> => {
    const client = await house.greet(device)
    expect(await login(client, name, password)).to.not.equal(null)
    await client.sync()
    return client
  }
  const withAccount = async (name: string, password: string, device = 'desk') => {
    await register(await house.greet(), name, password)
    return signedIn(device, name, password)
  }

  describe('devices', () => {
    it('are listed with when they were last there, also after a restart', async () => {
      const alice = await house.user('Alice')
      await house.enrol('phone', alice)
      const phone = await house.online('phone')
      clock.advance(1_000)
      phone.link.close('lost')
      await until('the end', () => house.context.sessions.count === 0)
      const lastSeen = clock.now()
      await reopen()
      clock.advance(1_000)
      const { devices } = await (await house.online('Alice')).ask('devices', {})
      expect(devices.map((device) => [device.fingerprint, device.current, device.online])).to.deep.equal([
        [fingerprint('Alice'), true, true],
        [fingerprint('phone'), false, false],
      ])
      expect(devices[1]?.lastSeen).to.equal(lastSeen)
    })

    it('can be signed out by their user, from another one, and by nobody else', async () => {
      const alice = await house.user('Alice')
      await house.user('Bob')
      await house.enrol('phone', alice)
      const [desk, phone, bob] = [await house.online('Alice'), await house.online('phone'), await house.online('Bob')]
      expect(await bob.refusal('device-revoke', { fingerprint: fingerprint('phone') })).to.equal('device-unknown')
      expect(await desk.refusal('device-revoke', { fingerprint: fingerprint('nobody') })).to.equal('device-unknown')
      await desk.ask('device-revoke', { fingerprint: fingerprint('phone') })
      await until('its end', () => phone.ended === 'device-revoked')
      expect(desk.ended).to.equal(null)
      expect((await house.connect('phone').ask('hello', { version: 1, device: 'x' })).user).to.equal(undefined)
    })

    it('are a bounded number: of very many the one not seen for the longest time makes room', async () => {
      const alice = await house.user('Alice')
      for (let index = 0; index <= MAX_DEVICES; index++) {
        clock.advance(1_000)
        await house.enrol(`device ${index}`, alice)
      }
      expect(alice.devices.size).to.equal(MAX_DEVICES)
      expect(house.context.accounts.ofDevice(fingerprint('Alice'))).to.equal(null)
      expect(house.context.accounts.ofDevice(fingerprint('device 0'))).to.equal(null)
      expect(house.context.accounts.ofDevice(fingerprint('device 1'))).to.equal(alice)
    })
  })

  describe('a new password', () => {
    it('needs the old one, typed within five minutes', async () => {
      const client = await withAccount('Alice', 'old password')
      const again = await house.online('desk')
      expect(await again.refusal('password-start', { request: await registrationRequest() })).to.equal('login-needed')
      expect(await again.refusal('account-delete', {})).to.equal('login-needed')
      clock.advance(FRESH_TIME)
      expect(await client.refusal('password-finish', { record: randomBytes(192).toString('base64url'), revokeOthers: false })).to.equal(
        'login-needed',
      )
      // Proving it again leaves the session as it is, and events go on.
      expect(await login(client, 'Alice', 'old password')).to.not.equal(null)
      await client.ask('password-finish', { record: await changedRecord(client, 'new password'), revokeOthers: false })
      await say(client, 'everyone', 'still here')
      expect((await client.event('message')).message.body).to.deep.equal({ kind: 'text', text: 'still here' })
      expect(await login(await house.greet(), 'Alice', 'old password')).to.equal(null)
      expect(await login(await house.greet(), 'Alice', 'new password')).to.not.equal(null)
      await reopen()
      expect(await login(await house.greet(), 'Alice', 'new password')).to.not.equal(null)
    })

    it('signs other devices out when that is asked for', async () => {
      const client = await withAccount('Alice', 'old password')
      const phone = await signedIn('phone', 'Alice', 'old password')
      await client.ask('password-finish', { record: await changedRecord(client, 'new password'), revokeOthers: true })
      await until('its end', () => phone.ended === 'device-revoked')
      expect(client.ended).to.equal(null)
      await reopen()
      expect((await house.connect('phone').ask('hello', { version: 1, device: 'x' })).user).to.equal(undefined)
      expect((await house.connect('desk').ask('hello', { version: 1, device: 'x' })).user?.name).to.equal('Alice')
    })

    it('cannot be had by proving somebody else’s', async () => {
      await withAccount('Bob', 'password of bob', 'other')
      const client = await withAccount('Alice', 'password of alice')
      expect(await login(client, 'Bob', 'password of bob').catch(({ code }) => code)).to.equal('out-of-state')
    })
  })

  describe('its end', () => {
    it('signs all devices out, keeps what was said with the name, and lets nobody have the name for a while', async () => {
      const client = await withAccount('Alice', 'the password')
      await house.user('Bob')
      const bob = await house.online('Bob')
      await say(client, 'everyone', 'goodbye')
      const room = (await client.ask('room-create', { name: 'Tea', open: true, members: [] })).room
      await client.ask('account-delete', {})
      await until('its end', () => client.ended === 'device-revoked')
      clock.advance(PRESENCE_INTERVAL)
      const { users } = await bob.event('presence', ({ users }) => users.some(({ gone }) => gone))
      const alice = users.find(({ gone }) => gone)
      expect(alice).to.include({ name: 'Alice', presence: 'offline' })
      expect((await bob.event('room-left')).room).to.equal(room)
      expect(await bob.refusal('send', { id: randomUUID(), to: [alice?.id ?? ''], body: { kind: 'text', text: 'x' } })).to.equal(
        'user-unknown',
      )
      await reopen()
      const back = await house.online('Bob')
      expect(back.texts()).to.deep.equal(['goodbye'])
      expect((await house.connect('desk').ask('hello', { version: 1, device: 'x' })).user).to.equal(undefined)
      expect(await login(await house.greet(), 'Alice', 'the password')).to.equal(null)
      expect(await (await house.greet()).refusal('register-start', { name: 'ALICE', request: await registrationRequest() })).to.equal(
        'name-taken',
      )
      clock.advance(31 * DAY)
      await house.context.accounts.freeNames(clock.now() - 30 * DAY)
      await register(await house.greet(), 'Alice', 'another password')
      await reopen()
      expect([...house.context.accounts.all()].filter(({ name }) => name === 'Alice')).to.have.length(2)
    })

    it('leaves a group of others as it was', async () => {
      const client = await withAccount('Alice', 'the password')
      const [bob, carol] = [await house.user('Bob'), await house.user('Carol')]
      const alice = house.context.accounts.named('alice')?.id ?? ''
      await client.ask('account-delete', {})
      const from = await house.online('Bob')
      const position = await say(from, [alice, carol.id], 'we go on')
      expect((await house.online('Carol')).messages()[0]).to.deep.include({ position, from: bob.id })
    })
  })

  describe('registering', () => {
    it('by invitation takes a code once, before it is over', async () => {
      await reopen({ registration: 'invite' })
      const admin = new Admin(house.context)
      expect((await house.connect().ask('hello', { version: 1, device: 'x' })).registration).to.equal('invite')
      const request = await registrationRequest()
      for (const invite of [undefined, 'ABCD-EFGH-JKMN-PQRS', ''])
        expect(
          await (await house.greet()).refusal('register-start', { name: 'Alice', request, ...(invite === undefined ? {} : { invite }) }),
        ).to.equal('invite-refused')
      const { code } = await admin.createInvite()
      // Kept over a restart, taken however it is typed, and never stored itself.
      await reopen()
      await register(await house.greet(), 'Alice', 'secret password', code.toLowerCase().replaceAll('-', ' '))
      expect(await (await house.greet()).refusal('register-start', { name: 'Bob', request, invite: code })).to.equal('invite-refused')
      await reopen()
      expect(await (await house.greet()).refusal('register-start', { name: 'Bob', request, invite: code })).to.equal('invite-refused')
      const late = await new Admin(house.context).createInvite()
      clock.advance(INVITE_LIFETIME)
      expect(await (await house.greet()).refusal('register-start', { name: 'Bob', request, invite: late.code })).to.equal('invite-refused')
    })

    it('takes a code for one of two who use it at once', async () => {
      await reopen({ registration: 'invite' })
      const { code } = await new Admin(house.context).createInvite()
      const outcomes = await Promise.all(
        ['Alice', 'Bob'].map(async (name) =>
          register(await house.greet(), name, 'secret password', code).then(
            () => 'done',
            ({ code: why }) => why,
          ),
        ),
      )
      expect(outcomes).to.have.members(['done', 'invite-refused'])
    })

    it('where it is closed is for nobody', async () => {
      await reopen({ registration: 'closed' })
      const { code } = await new Admin(house.context).createInvite()
      const request = await registrationRequest()
      expect(await (await house.greet()).refusal('register-start', { name: 'Alice', request, invite: code })).to.equal(
        'registration-closed',
      )
      expect(await (await house.greet()).refusal('register-start', { name: 'Alice', request })).to.equal('registration-closed')
    })
  })

  describe('a password that was forgotten', () => {
    it('is replaced by a code of who runs the registry, which signs the devices out', async () => {
      const desk = await withAccount('Alice', 'forgotten')
      await reopen({ registration: 'closed' })
      const again = await house.online('desk')
      const { code } = await new Admin(house.context).resetPassword('alice')
      const request = await registrationRequest()
      expect(await (await house.greet()).refusal('register-start', { name: 'Bob', request, invite: code })).to.equal('invite-refused')
      await register(await house.greet(), 'Alice', 'remembered', code)
      await until('its end', () => again.ended === 'device-revoked')
      expect(await login(await house.greet(), 'Alice', 'forgotten')).to.equal(null)
      const signed = await login(await house.greet(), 'Alice', 'remembered')
      expect(signed?.reply.user.id).to.equal([...house.context.accounts.all()][0]?.id)
      expect(await (await house.greet()).refusal('register-start', { name: 'Alice', request, invite: code })).to.equal('invite-refused')
      expect(desk.ended).to.equal('registry-stopping')
    })

    it('is not replaced by a code that is over', async () => {
      await withAccount('Alice', 'forgotten')
      const { code } = await new Admin(house.context).resetPassword('Alice')
      clock.advance(RESET_LIFETIME)
      expect(
        await (await house.greet()).refusal('register-start', { name: 'Alice', request: await registrationRequest(), invite: code }),
      ).to.equal('invite-refused')
    })
  })
})
