import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { OptiChatError } from '../../core/protocol/errors.ts'
import { passwordOf, startTeam, type Team } from '../support/people.ts'
import { startRelay } from '../support/relay.ts'
import { until } from '../support/wait.ts'

/** The code a promise rejects with; null when it does not. */
const codeOf = (promise: Promise<unknown>): Promise<string | null> =>
  promise.then(
    () => null,
    (error: OptiChatError) => error.code,
  )

describe('signing in', () => {
  let team: Team<'alice'>
  before(async () => {
    team = await startTeam(['alice'])
  })
  after(() => team?.close())

  it('keeps the device key and the databases for their owner only', function () {
    if (process.platform === 'win32') this.skip()
    const mode = (...path: string[]) => statSync(join(team.profile('alice'), ...path)).mode & 0o777
    expect(mode()).to.equal(0o700)
    expect(mode('device.pem')).to.equal(0o600)
    expect(mode('profile.db')).to.equal(0o600)
    expect(mode('accounts')).to.equal(0o700)
  })

  it('tells a wrong password from a right one, and signs a second device in', async () => {
    const phone = await team.open('alice-phone')
    expect(await codeOf(phone.login(team.address, 'alice', 'not her password'))).to.equal('sign-in-failed')
    expect(phone.me).to.equal(null)
    expect(phone.connection).to.deep.equal({ at: 'signed-out' })
    expect(await codeOf(phone.login(team.address, 'nobody', 'whatever it is'))).to.equal('sign-in-failed')
    await phone.login(team.address, 'Alice', passwordOf('alice'))
    expect(phone.me).to.deep.equal(team.people.alice.me)
    expect(phone.connection.at).to.equal('online')
  })

  it('refuses names and passwords that cannot be, before anything is sent, and names that are taken', async () => {
    const somebody = await team.open('somebody')
    const nowhere = { host: '127.0.0.1', port: 1 }
    expect(await codeOf(somebody.register(nowhere, 'al\u0456ce', 'long enough'))).to.equal('name-refused')
    expect(await codeOf(somebody.register(nowhere, 'carol', 'short'))).to.equal('password-refused')
    expect(await codeOf(somebody.register(nowhere, 'carol', 'long enough'))).to.equal('registry-unreachable')
    expect(await codeOf(somebody.register(team.address, 'ALICE', 'long enough'))).to.equal('name-taken')
  })

  it('says that nobody is signed in, and stays what it was, when it is asked to connect without a sign-in', async () => {
    const fresh = await team.open('fresh')
    expect(await codeOf(fresh.connect())).to.equal('not-signed-in')
    expect(await codeOf(fresh.send('everyone', 'hello'))).to.equal('not-signed-in')
    expect(fresh.history({ limit: 10 })).to.deep.equal([])
  })

  it('signs in without a password from then on, until it signs out; what was said stays', async () => {
    const laptop = await team.open('alice-laptop')
    await laptop.login(team.address, 'alice', passwordOf('alice'))
    await laptop.send('everyone', 'a note that stays')
    await laptop.close()
    const again = await team.open('alice-laptop')
    await again.connect()
    expect(again.me?.name).to.equal('alice')
    await again.logout()
    expect(again.me).to.equal(null)
    expect(await codeOf(again.connect())).to.equal('not-signed-in')
    await again.login(team.address, 'alice', passwordOf('alice'))
    expect(again.history({ limit: 10 }).some(({ body }) => body.kind === 'text' && body.text === 'a note that stays')).to.equal(true)
  })

  it('is told when another process of the profile signs out, and does not try again', async () => {
    const [one, two] = [await team.open('alice-twice'), await team.open('alice-twice')]
    await one.login(team.address, 'alice', passwordOf('alice'))
    const other = await team.open('alice-twice')
    await other.connect()
    expect(two.me).to.equal(null)
    await one.logout()
    await until('the other one is refused', () => other.connection.at === 'refused')
    expect(other.connection).to.include({ code: 'device-revoked' })
    expect(other.me).to.equal(null)
  })

  it('changes to another account on the same profile, each with a history of its own', async () => {
    const shared = await team.open('shared')
    await shared.register(team.address, 'dave', 'password of dave')
    await shared.send('everyone', 'said by dave')
    await shared.login(team.address, 'alice', passwordOf('alice'))
    await shared.connect()
    expect(shared.me?.name).to.equal('alice')
    const daves = shared.history({ limit: 100 }).find(({ body }) => body.kind === 'text' && body.text === 'said by dave')
    expect(daves?.receipts, 'it is not our own message any more').to.equal(undefined)
    expect(shared.connection.at).to.equal('online')
  })

  it('catches somebody in the middle at the first sign-in, though the certificate was never seen before', async () => {
    const relay = await startRelay(team.address)
    const victim = await team.open('victim')
    expect(await codeOf(victim.login(relay.address, 'alice', passwordOf('alice')))).to.equal('man-in-the-middle')
    expect(victim.me).to.equal(null)
    expect(relay.frames, 'the relay did pass frames on').to.be.greaterThan(3)
    await relay.close()
  })

  it('catches somebody in the middle later by the pin, without another word', async () => {
    const relay = await startRelay(team.address)
    const client = await team.open('moved', {
      locate: async (told) => told(relay.address),
    })
    await client.login(team.address, 'alice', passwordOf('alice'))
    await client.close()
    await team.registry.close()
    const again = await team.open('moved', { locate: async (told) => told(relay.address) })
    await again.connect().catch(() => null)
    expect(again.connection.at, 'a candidate with another certificate is none').to.equal('waiting')
    await again.close()
    await team.startAgain()
    const pinned = await team.open('pinned')
    await pinned.login(team.address, 'alice', passwordOf('alice'))
    expect(await codeOf(pinned.login({ ...relay.address, fingerprint: team.registry.fingerprint }, 'alice', passwordOf('alice')))).to.equal(
      'registry-untrusted',
    )
    const before = relay.frames
    expect(await codeOf(pinned.login(relay.address, 'alice', passwordOf('alice'))), 'the same registry with another certificate').to.equal(
      'registry-untrusted',
    )
    expect(relay.frames - before, 'hello and its answer').to.be.at.most(2)
    await relay.close()
  })
})
