import { expect } from 'chai'
import { type Clock, systemClock } from '../../core/protocol/clock.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { type ExamineOptions, examine } from '../../discovery/doctor/examine.ts'
import { CHECKS, type DoctorView } from '../../discovery/doctor/finding.ts'
import type { Help, Meeting } from '../../discovery/doctor/help.ts'
import type { Probes } from '../../discovery/doctor/probes.ts'
import type { FinderEvents, FoundRegistry } from '../../discovery/finder.ts'

const pin = 'ab'.repeat(32)
const registry = { id: 'R'.repeat(22), name: 'Team', fingerprint: pin, host: '10.77.0.1', port: 6784 }

/** Time that passes a hundred times as fast. */
const hurried: Clock = { ...systemClock, after: (millis, run, idle) => systemClock.after(millis / 100, run, idle) }

/** Eyes and a registry that see a network where all is well, unless told otherwise; `calls` has what they were asked. */
function network(
  own: { probes?: Partial<Probes>; meeting?: Partial<Meeting>; help?: Partial<Help>; found?: readonly FoundRegistry[] } = {},
) {
  const calls: string[] = []
  const meeting: Meeting = {
    ...registry,
    trusted: true,
    user: { name: 'Alice' },
    clockAhead: async () => 0,
    heard: async () => true,
    reach: async (user) => ({
      seen: '10.77.0.2',
      fromRegistry: 'reached',
      ...(user === undefined
        ? {}
        : {
            peer: {
              name: user,
              seen: '10.77.0.3',
              platform: 'linux',
              toUs: 'reached',
              fromUs: 'reached',
              fromRegistry: 'reached',
              address: '10.77.0.3',
            },
          }),
    }),
    close: () => calls.push('hung up'),
    ...own.meeting,
  }
  const help: Help = {
    registry,
    user: { name: 'Alice' },
    knownAt: () => null,
    meet: async ({ host }, expected) => {
      calls.push(`met ${host} ${expected?.slice(0, 2)}`)
      return meeting
    },
    close: async () => undefined,
    ...own.help,
  }
  const answer = { about: 'heard' as const, fingerprint: pin, open: null, host: '10.77.0.1' }
  const probes: Probes = {
    system: async () => ({ platform: 'linux', firewall: 'ufw', program: 'node', publicNetworks: [] }),
    interfaces: async () => [
      {
        ...{ name: 'eth0', address: '10.77.0.2', netmask: '255.255.255.0', kind: 'wired', speed: null },
        ...{ accepted: true, chosen: false, reasons: ['private'] },
      },
    ],
    finder: () => {
      calls.push('listened')
      return {
        start(events: FinderEvents) {
          for (const one of own.found ?? []) events.found(one)
        },
        async stop() {
          calls.push('stopped listening')
        },
      }
    },
    ears: () => ({
      token: '0123456789abcdef',
      ask: async (about) => void calls.push(`asked ${about}`),
      answer: async (fits) => (fits(answer) ? answer : null),
      answers: [answer],
      sights: () => [{ interface: 'eth0', sent: 'sent', looped: true }],
      close: () => calls.push('closed'),
    }),
    route: async (host) => ({ address: host, by: 'eth0', from: '10.77.0.2', on: ['eth0'], own: false, forbidden: false }),
    port: async ({ host, port }) => {
      calls.push(`dialled ${host}:${port}`)
      return { outcome: 'open', millis: 1 }
    },
    program: async () => 'a web server',
    passesHere: async () => true,
    ruledOut: async () => null,
    neighbour: async () => 'there',
    neighbours: async () => 3,
    ...own.probes,
  }
  const views: DoctorView[] = []
  const run = (options: Partial<ExamineOptions> = {}) =>
    examine({ help, probes, clock: hurried, changed: (view) => views.push(view), ...options })
  return { calls, views, run }
}

const found = (host: string, fingerprint = pin): FoundRegistry => ({
  key: host,
  name: 'Team',
  host,
  port: 6784,
  fingerprint,
  interface: 'eth0',
})
const codes = ({ findings }: DoctorView) => findings.filter(({ severity }) => severity !== 'fine').map(({ code }) => code)
const states = ({ checks }: DoctorView) => checks.map(({ state }) => state)

describe('an examination', () => {
  it('tells how far it is, check by check, and ends with what it found', async () => {
    const { run, views, calls } = network()
    const view = await run({ peer: 'bob' }).done
    expect(view.state).to.equal('done')
    expect(view.registry).to.deep.equal({ host: '10.77.0.1', port: 6784, name: 'Team' })
    expect(codes(view)).to.deep.equal([])
    expect(states(view)).to.deep.equal(CHECKS.map(() => 'done'))
    for (const id of CHECKS) {
      const history = views.map(({ checks }) => checks.find((check) => check.id === id)?.state)
      expect(
        [...new Set(history)].filter((state) => state !== 'waiting'),
        id,
      ).to.deep.equal(['running', 'done'])
    }
    expect(views.at(-1)).to.deep.equal(view)
    expect(calls).to.include.members(['met 10.77.0.1 ab', 'hung up', 'closed', 'stopped listening'])
  })

  it('leaves out what there is nothing to look at for', async () => {
    const { run } = network({ help: { meet: async () => Promise.reject(new OptiChatError('not-optichat')) } })
    const view = await run({ peer: 'bob' }).done
    expect(codes(view)).to.deep.equal(['port-taken'])
    expect(states(view)).to.deep.equal(['done', 'done', 'skipped', 'skipped', 'skipped', 'skipped', 'skipped'])
  })

  it('can be stopped at any time, and ends at once, with nothing left open', async () => {
    for (const at of ['interfaces', 'registry', 'clock', 'peer'] as const) {
      const never = () => new Promise<never>(() => undefined)
      const { run, calls } = network({
        probes: { ...(at === 'interfaces' ? { interfaces: never } : {}), ...(at === 'registry' ? { port: never } : {}) },
        meeting: at === 'clock' ? { clockAhead: never } : at === 'peer' ? { reach: never } : {},
      })
      const examination = run({
        peer: 'bob',
        clock: systemClock,
        changed: ({ checks }) => {
          if (checks.some(({ id, state }) => id === at && state === 'running')) setImmediate(() => examination.stop())
        },
      })
      const view = await examination.done
      expect(view.state, at).to.equal('cancelled')
      expect(calls, at).to.include.members(['closed', 'stopped listening'])
      expect(states(view), at).not.to.include('running')
    }
  })

  it('gives each check its time and goes on with the next one', async () => {
    const never = () => new Promise<never>(() => undefined)
    const { run } = network({ probes: { interfaces: never }, meeting: { clockAhead: never, heard: never, reach: never } })
    const view = await run({ peer: 'bob' }).done
    expect(states(view)).to.deep.equal(CHECKS.map(() => 'done'))
    expect(view.findings.map(({ code }) => code)).to.deep.equal(['registry-reached', 'certificate-fine'])
  })

  it('goes on when the registry goes in the middle of it', async () => {
    const gone = () => Promise.reject(new OptiChatError('not-connected'))
    const { run } = network({ meeting: { clockAhead: gone, heard: gone, reach: gone } })
    const view = await run().done
    expect(view.state).to.equal('done')
    expect(view.findings.map(({ code }) => code)).to.include('registry-reached')
  })

  it('takes the registry that was typed before the known one, and what its invite says of its certificate', async () => {
    const { run, calls } = network()
    await run({ registry: { host: '10.0.0.9', port: 7000, fingerprint: 'cd'.repeat(32) } }).done
    expect(calls).to.include('dialled 10.0.0.9:7000').and.to.include('met 10.0.0.9 cd')
    expect(calls.join()).not.to.contain('10.77.0.1')
  })

  it('holds a typed address to the certificate that was seen there before', async () => {
    const { run, calls } = network({ help: { registry: null, knownAt: () => registry } })
    await run({ registry: { host: '10.77.0.1', port: 6784 } }).done
    expect(calls).to.include('met 10.77.0.1 ab')
  })

  it('signed out and told nothing it takes the registry that it finds, if there is one', async () => {
    const nobody = { registry: null, user: null }
    const some = network({ help: nobody, meeting: { user: null }, found: [found('10.77.0.5')] })
    const view = await some.run().done
    expect(some.calls).to.include('met 10.77.0.5 undefined')
    expect(view.findings.map(({ code }) => code)).to.include.members([
      'registry-reached',
      'certificate-unproven',
      'not-signed-in',
      'inbound-fine',
    ])
    const none = network({ help: nobody })
    expect(codes(await none.run().done)).to.deep.equal(['no-registry-found'])
  })

  it('follows a registry that does not answer to where its certificate is found', async () => {
    const { run, calls } = network({
      found: [found('10.77.0.66', 'ee'.repeat(32)), found('10.77.0.5')],
      probes: { port: async ({ host }) => ({ outcome: host === '10.77.0.1' ? 'refused' : 'open', millis: 1 }) },
    })
    const view = await run().done
    expect(codes(view)).to.deep.equal(['registry-moved'])
    expect(calls.filter((call) => call.startsWith('met'))).to.deep.equal(['met 10.77.0.5 ab'])
  })

  it('looks at the neighbours only where the registry’s computer seems to be gone', async () => {
    const asked: string[] = []
    const probes: Partial<Probes> = {
      port: async () => ({ outcome: 'no-host', millis: 3_100 }),
      neighbour: async () => 'absent',
      neighbours: async (around, but) => {
        asked.push(`${around} ${but}`)
        return 0
      },
    }
    const deaf = { ask: async () => undefined, answer: async () => null, answers: [], sights: () => [], close: () => undefined }
    const gone = network({ probes: { ...probes, ears: () => ({ token: '0123456789abcdef', ...deaf }) } })
    expect(codes(await gone.run().done)).to.deep.equal(['isolated'])
    expect(asked).to.deep.equal(['10.77.0.2 10.77.0.1,10.77.0.2'])
    const heard = network({ probes })
    expect(codes(await heard.run().done)).to.deep.equal(['registry-firewall'])
    expect(asked).to.have.length(1)
  })

  it('sends nothing by multicast for a registry on this very computer, or where it is told not to', async () => {
    const { run, calls } = network()
    await run({ registry: { host: '127.0.0.1', port: 6784 } }).done
    expect((await run({ discovery: false }).done).state).to.equal('done')
    expect(calls.filter((call) => /listen|asked/.test(call))).to.deep.equal([])
    const none = network({ help: { registry: null, user: null } })
    expect(codes(await none.run({ discovery: false }).done)).to.deep.equal(['no-registry-found'])
  })

  it('says why nothing is known of a person, and looks at least whether anybody comes in', async () => {
    const { run } = network({
      meeting: {
        reach: async (user) => {
          if (user !== undefined) throw new OptiChatError('peer-away', user)
          return { seen: '10.77.0.2', fromRegistry: 'timed-out' }
        },
      },
    })
    expect(codes(await run({ peer: 'bob' }).done)).to.deep.equal(['peer-away', 'firewall-in'])
  })
})
