import { expect } from 'chai'
import type { Client } from '../../core/client/client.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { collect, passwordOf, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'

describe('an account', () => {
  let team: Team<'alice' | 'bob'>
  before(async () => {
    team = await startTeam(['alice', 'bob'])
  })
  after(() => team?.close())

  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error) => error.code,
    )
  const device = async (name: string, user = 'alice', password = passwordOf(user)): Promise<Client> => {
    const client = await team.open(name, { device: name })
    await client.login(team.address, user, password)
    await client.connect()
    return client
  }

  it('lists its devices, and signs one of them out from another', async () => {
    const { alice } = team.people
    const phone = await device('phone')
    const devices = await alice.devices()
    expect(devices.map(({ name, online, current }) => [name, online, current])).to.have.deep.members([
      ['optichat', true, true],
      ['phone', true, false],
    ])
    const lost = devices.find(({ name }) => name === 'phone')
    expect(lost?.enrolledAt).to.be.greaterThan(0)
    await alice.revokeDevice(lost?.fingerprint ?? '')
    await until('it is signed out', () => phone.connection.at === 'refused')
    expect(phone.connection).to.have.property('code', 'device-revoked')
    expect(phone.me).to.equal(null)
    expect(await alice.devices()).to.have.length(1)
    expect(await codeOf(alice.revokeDevice(lost?.fingerprint ?? ''))).to.equal('device-unknown')
    await phone.close()
  })

  it('takes another password from whoever knows the present one, and signs the other devices out when asked to', async () => {
    const { alice, bob } = team.people
    const phone = await device('phone')
    const next = 'an entirely new password'
    expect(await codeOf(alice.changePassword('a wrong guess', next, { revokeOthers: true }))).to.equal('sign-in-failed')
    expect(await codeOf(alice.changePassword(passwordOf('alice'), 'short'))).to.equal('password-refused')
    expect(phone.connection.at).to.equal('online')
    await alice.changePassword(passwordOf('alice'), next, { revokeOthers: true })
    await until('the other one is signed out', () => phone.connection.at === 'refused')
    await phone.close()
    expect(alice.connection.at).to.equal('online')
    const { id } = await bob.send(bob.resolve(['alice']), 'still there?')
    await until('she is', () => alice.message(id))
    const stale = await team.open('stale')
    expect(await codeOf(stale.login(team.address, 'alice', passwordOf('alice')))).to.equal('sign-in-failed')
    await (await device('fresh', 'alice', next)).close()
    await alice.changePassword(next, passwordOf('alice'))
  })

  it('is deleted by whoever knows its password: signed out everywhere, its words and its name stay for others', async () => {
    const { bob } = team.people
    const carol = await team.open('carol')
    await carol.register(team.address, 'carol', passwordOf('carol'))
    await carol.connect()
    const tablet = await device('tablet', 'carol')
    const { id } = await carol.send('everyone', 'remember me')
    await until('bob has it', () => bob.message(id))
    expect(await codeOf(carol.deleteAccount('a wrong guess'))).to.equal('sign-in-failed')
    expect(carol.connection.at).to.equal('online')
    const states = collect(carol, 'connection')
    await carol.deleteAccount(passwordOf('carol'))
    expect(states.map(({ at }) => at)).to.deep.equal(['signed-out'])
    expect([carol.me, carol.connection.at]).to.deep.equal([null, 'signed-out'])
    await until('her other device is signed out', () => tablet.connection.at === 'refused')
    await until('she is not listed', () => !bob.roster().some(({ name }) => name === 'carol'))
    expect(bob.message(id)?.from.name).to.equal('carol')
    expect(await codeOf(carol.login(team.address, 'carol', passwordOf('carol')))).to.equal('sign-in-failed')
    expect(await codeOf(carol.register(team.address, 'Carol', passwordOf('carol')))).to.equal('name-taken')
    await tablet.close()
  })

  it('is made with a code where registration is by invitation, and gets a new password with one', async () => {
    await team.registry.close()
    team.registry = await startRegistry({
      data: `${team.folder}/registry`,
      name: 'Team',
      port: team.address.port,
      host: '127.0.0.1',
      registration: 'invite',
      log: (line) => team.log.push(line),
    })
    const dave = await team.open('dave')
    expect(await codeOf(dave.register(team.address, 'dave', passwordOf('dave')))).to.equal('invite-refused')
    expect(await codeOf(dave.register(team.address, 'dave', passwordOf('dave'), { invite: 'AAAA-AAAA' }))).to.equal('invite-refused')
    const { code } = await team.registry.admin.createInvite()
    await dave.register(team.address, 'dave', passwordOf('dave'), { invite: code })
    await dave.connect()
    const eve = await team.open('eve')
    expect(await codeOf(eve.register(team.address, 'eve', passwordOf('eve'), { invite: code })), 'once').to.equal('invite-refused')
    const reset = await team.registry.admin.resetPassword('dave')
    const again = await team.open('dave again')
    await again.register(team.address, 'dave', 'what I remember now', { invite: reset.code })
    await until('who knew the old one is out', () => dave.connection.at === 'refused')
  })
})

describe('a registry that asks for patience', () => {
  it('gets all that was sent, in order, as fast as it takes it', async () => {
    const team = await startTeam(['alice', 'bob'])
    try {
      const { alice, bob } = team.people
      const count = 320
      const seen = collect(bob, 'message')
      const sent = await Promise.all(Array.from({ length: count }, (_, n) => alice.send(alice.resolve(['bob']), `line ${n}`)))
      expect(new Set(sent.map(({ position }) => position)).size).to.equal(count)
      for (let n = 0; n < 30; n++) await alice.queue(alice.resolve(['bob']), `queued ${n}`)
      await until('bob has all', () => seen.length === count + 30)
      const queued = seen.map(({ body }) => (body.kind === 'text' ? body.text : '')).filter((text) => text.startsWith('queued'))
      expect(queued).to.deep.equal(Array.from({ length: 30 }, (_, n) => `queued ${n}`))
    } finally {
      await team.close()
    }
  })
})
