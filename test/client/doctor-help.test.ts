import { join } from 'node:path'
import { expect } from 'chai'
import { type DoctorHelp, openHelp } from '../../core/client/doctor-help.ts'
import { Probing } from '../../core/client/probing.ts'
import type { Session } from '../../core/client/session.ts'
import { listenForProbes, probeDevice } from '../../core/link/probe.ts'
import { systemClock as clock } from '../../core/protocol/clock.ts'
import { asOptiChatError } from '../../core/protocol/errors.ts'
import { identityOf } from '../support/identities.ts'
import { startTeam, type Team } from '../support/people.ts'

const host = '127.0.0.1'

describe('what a client does for doctors', () => {
  let team: Team<'alice' | 'bob'>
  let help: DoctorHelp
  let signal: AbortSignal

  before(async () => {
    team = await startTeam(['alice', 'bob'])
    help = await openHelp({ profile: team.profile('alice') })
  })
  beforeEach(() => {
    signal = new AbortController().signal
  })
  after(async () => {
    await help?.close()
    await team?.close()
  })

  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'done',
      (error: unknown) => asOptiChatError(error).code,
    )

  it('says who the profile is and which registry it knows', async () => {
    expect(help.user?.name).to.equal('alice')
    expect(help.registry).to.include({ ...team.address, fingerprint: team.registry.fingerprint, name: 'Team' })
    expect(help.knownAt(team.address)?.id).to.equal(team.registry.id)
    expect(help.knownAt({ host: '10.0.0.1', port: 1 })).to.equal(null)
  })

  it('meets the registry as this device, and learns how far apart the clocks are', async () => {
    const meeting = await help.meet(team.address, team.registry.fingerprint, signal)
    expect(meeting).to.deep.include({ id: team.registry.id, trusted: true, user: { id: team.people.alice.me?.id, name: 'alice' } })
    expect(Math.abs(await meeting.clockAhead())).to.be.lessThan(5_000)
    expect(await meeting.heard('0123456789abcdef')).to.equal(null)
    meeting.close()
    const slow = await openHelp({ profile: team.profile('alice'), clock: { ...clock, now: () => clock.now() - 3_600_000 } })
    const late = await slow.meet(team.address, null, signal)
    expect(await late.clockAhead()).to.be.within(-3_605_000, -3_595_000)
    late.close()
    await slow.close()
  })

  it('shows a registry that is not the expected one nothing of this device', async () => {
    const meeting = await help.meet(team.address, 'ab'.repeat(32), signal)
    expect(meeting).to.deep.include({ id: team.registry.id, fingerprint: team.registry.fingerprint, trusted: false, user: null })
    meeting.close()
    const devices = await team.people.alice.devices()
    expect(devices.map(({ name }) => name)).not.to.include('optichat doctor')
  })

  it('finds out that two people reach each other, and who is not there', async () => {
    const meeting = await help.meet(team.address, null, signal)
    const { seen, fromRegistry, peer } = await meeting.reach('BOB')
    // All on one computer: the registry is no witness, and both take its address for each other's.
    expect([seen, fromRegistry]).to.deep.equal([host, 'none'])
    expect(peer).to.deep.equal({
      name: 'bob',
      platform: process.platform,
      seen: host,
      toUs: 'reached',
      fromUs: 'reached',
      fromRegistry: 'none',
      address: host,
    })
    expect(await codeOf(meeting.reach('zoe'))).to.equal('user-unknown')
    expect(await codeOf(meeting.reach('x'.repeat(5_000)))).to.equal('user-unknown')
    expect(await codeOf(meeting.reach('alice'))).to.equal('peer-away')
    meeting.close()
  })

  it('works signed out, as far as the registry helps strangers', async () => {
    const stranger = await openHelp({ profile: join(team.folder, 'stranger') })
    expect([stranger.registry, stranger.user]).to.deep.equal([null, null])
    const meeting = await stranger.meet(team.address, null, signal)
    expect(meeting.user).to.equal(null)
    expect(Math.abs(await meeting.clockAhead())).to.be.lessThan(5_000)
    expect(await meeting.reach()).to.deep.equal({ seen: host, fromRegistry: 'none' })
    expect(await codeOf(meeting.reach('bob'))).to.equal('not-signed-in')
    meeting.close()
    await stranger.close()
  })

  it('dials for others a few times in a while, whatever a registry asks for', async () => {
    const probing = new Probing({ identity: await identityOf('device'), clock, host })
    const said: unknown[] = []
    const session = {
      ended: false,
      link: { remoteAddress: host },
      request: async (_verb: string, body: unknown) => void said.push(body),
    } as unknown as Session
    const known = { id: 'R', name: 'Team', host, port: 1, fingerprint: 'ab'.repeat(32) }
    const probe = (endpoints: string[]) => probing.answer(session, known, { probe: 'p', peer: { fingerprint: 'cd'.repeat(32), endpoints } })
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 10 }, () => probe([`${host}:1`])))
    expect(said).to.have.length(30)
    expect(said[0]).to.deep.include({ probe: 'p', outcome: 'refused', platform: process.platform })
    probing.close()
  })
})

describe('trying whether a device can be reached', () => {
  it('tells the right device from a stranger, a closed port and one that is silent', async () => {
    const identity = await identityOf('device')
    const device = await listenForProbes(identity, host)
    const at = { host, port: device.port, clock, timeout: 10_000 }
    expect(await probeDevice({ ...at, fingerprint: identity.fingerprint })).to.equal('reached')
    expect(await probeDevice({ ...at, fingerprint: 'ab'.repeat(32) })).to.equal('stranger')
    expect(await probeDevice({ ...at, fingerprint: identity.fingerprint, alpn: 'another/1' })).to.equal('stranger')
    device.close()
    expect(await probeDevice({ ...at, fingerprint: identity.fingerprint })).to.equal('refused')
  })

  it('ends by itself at somebody who takes the connection and says nothing', async () => {
    const { createServer } = await import('node:net')
    const mute = createServer((socket) => socket.on('error', () => undefined))
    await new Promise<void>((resolve) => mute.listen(0, host, resolve))
    const { port } = mute.address() as { port: number }
    expect(await probeDevice({ host, port, fingerprint: 'ab'.repeat(32), clock, timeout: 300 })).to.equal('timed-out')
    mute.close()
  })
})
