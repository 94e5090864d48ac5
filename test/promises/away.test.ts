import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Connection } from '../../core/client/client.ts'
import { CalledProcess } from '../bench/calls.ts'
import { until } from '../support/wait.ts'
import { HOUR, STOPPED } from './fast-clock.ts'
import type { MachineCalls } from './machine.script.ts'

const DAY = 24 * HOUR
/** Ten seconds of the machines' time in one: pings, and the patience for them, come that much sooner. */
const SPEED = 10

class Machine extends CalledProcess<MachineCalls> {
  constructor() {
    super(new URL('./machine.script.ts', import.meta.url))
  }

  fallAsleep(): void {
    this.signal('SIGSTOP')
  }

  wakeUp(): void {
    this.signal('SIGCONT')
  }

  /** Waits until what this person sees fits. */
  sees(what: string, fits: (seen: Awaited<ReturnType<Machine['look']>>) => boolean): Promise<Awaited<ReturnType<Machine['look']>>> {
    return until(what, async () => {
      const seen = await this.look()
      return fits(seen) && seen
    })
  }

  look() {
    return this.call('look', undefined)
  }
}

/** The absence that ended last. */
function lastAway(states: readonly Connection[]) {
  const back = states.findLast((state) => state.at === 'online' && state.away !== undefined)
  return back?.at === 'online' ? back.away : undefined
}

describe('a session whose computer is not always there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'optichat-away-'))
  const data = join(folder, 'registry')
  const machines: Machine[] = []
  let registry: Machine
  let port = 0
  let alice: Machine
  let bob: Machine

  const machine = () => {
    const made = new Machine()
    machines.push(made)
    return made
  }
  const startRegistry = async (options: { speed: number; ahead?: number }) => {
    registry = machine()
    port = await registry.call('registry', { data, port, speed: options.speed, ahead: options.ahead ?? 0 })
  }

  before(async function () {
    // There SIGSTOP is not known.
    if (process.platform === 'win32') this.skip()
    await startRegistry({ speed: 1 })
    ;[alice, bob] = [machine(), machine()]
    await Promise.all([
      alice.call('register', { profile: join(folder, 'alice'), name: 'alice', port }),
      bob.call('register', { profile: join(folder, 'bob'), name: 'bob', port }),
    ])
    await registry.end()
    await startRegistry({ speed: SPEED })
    await Promise.all([
      alice.call('client', { profile: join(folder, 'alice'), speed: SPEED }),
      bob.call('client', { profile: join(folder, 'bob'), speed: SPEED }),
    ])
    for (const one of [alice, bob]) await one.sees('both are online', ({ online }) => online.length === 2)
  })

  after(async () => {
    await Promise.all(machines.map((one) => one.end()))
    rmSync(folder, { recursive: true, force: true })
  })

  it('comes back by itself when the machine wakes after an hour, gets all that was said meanwhile, and says that it slept', async () => {
    const began = performance.now()
    alice.fallAsleep()
    await bob.sees('alice is offline', ({ online }) => !online.includes('alice'))
    for (const text of ['asleep 1', 'asleep 2', 'asleep 3']) await bob.call('queue', { text })
    await until('nobody would take it for a busy machine', () => performance.now() - began > 2 * STOPPED)
    alice.wakeUp()
    const { texts, states } = await alice.sees('all is there', ({ texts }) => texts.includes('asleep 3'))
    expect(texts).to.deep.equal(['asleep 1', 'asleep 2', 'asleep 3'])
    const away = lastAway(states)
    expect(away?.code).to.equal('was-asleep')
    expect((away?.until ?? 0) - (away?.since ?? 0)).to.be.within(HOUR, HOUR + 10 * 60_000)
    await alice.call('queue', { text: 'awake' })
    await bob.sees('she is back', ({ texts, online }) => texts.includes('awake') && online.includes('alice'))
  })

  it('comes back when it was the registry that slept for an hour; what was written meanwhile goes out once', async () => {
    registry.fallAsleep()
    for (const [name, person] of Object.entries({ alice, bob })) {
      await person.sees('it is noticed', ({ connection }) => connection.at !== 'online')
      await person.call('queue', { text: `${name} to nobody 1` })
      await person.call('queue', { text: `${name} to nobody 2` })
    }
    registry.wakeUp()
    const all = ['alice to nobody 1', 'alice to nobody 2', 'bob to nobody 1', 'bob to nobody 2']
    const seen = await Promise.all(
      [alice, bob].map((person) =>
        person.sees('all is there', ({ texts, connection }) => connection.at === 'online' && all.every((text) => texts.includes(text))),
      ),
    )
    const [hers, his] = seen.map(({ texts }) => texts.filter((text) => text.includes('nobody')))
    expect(hers).to.have.members(all).and.have.length(4)
    expect(his, 'one order for all').to.deep.equal(hers)
    for (const name of ['alice', 'bob']) {
      expect(hers?.filter((text) => text.startsWith(name))).to.deep.equal([`${name} to nobody 1`, `${name} to nobody 2`])
    }
  })

  it('takes clocks that are set ahead and back, at any of them and over a restart, without a loss and without disorder', async () => {
    const said: string[] = []
    /** Resolves when the registry has it, at once or after the connection came back. */
    const say = async (person: Machine, text: string) => {
      said.push(text)
      await person.call('queue', { text })
      await person.sees('it is sent', ({ texts }) => texts.includes(text))
    }
    await say(alice, 'on time')
    await alice.call('setClock', { by: -DAY })
    await say(alice, 'hers a day back')
    await registry.call('setClock', { by: DAY })
    await say(bob, 'the registry a day ahead')
    await registry.call('setClock', { by: -3 * DAY })
    await say(alice, 'the registry two days back')
    await alice.call('setClock', { by: 8 * DAY })
    await say(alice, 'hers a week ahead')
    await registry.end()
    await startRegistry({ speed: SPEED, ahead: -5 * DAY })
    await say(bob, 'another registry process, five days back')
    await say(alice, 'the last word')
    for (const person of [alice, bob]) {
      const { texts } = await person.sees('all is there', ({ texts }) => texts.includes('the last word'))
      expect(texts.filter((text) => said.includes(text))).to.deep.equal(said)
    }
  })
})
