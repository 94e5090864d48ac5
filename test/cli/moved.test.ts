import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { setUp } from '../../core/setup/setup.mjs'
import { Person } from '../e2e/optichat.ts'
import { createLan, type Lan, type LanProcess, requireLan } from '../support/lan.ts'
import { until } from '../support/wait.ts'

/** Where it is found is told by its port: over IPv4 or IPv6, whichever answers first. */
describe('a registry that moves', () => {
  let lan: Lan
  let old: Person
  let next: Person
  let alice: Person
  let registry: LanProcess

  const starts = async (at: Person, port: number) => {
    registry = at.starts(['registry', String(port), '--name', 'Team', '--data', join(at.host.home, 'registry')])
    await registry.json(({ event }) => event === 'ready')
  }

  before(async function () {
    requireLan(this)
    await setUp({ parts: ['programs'] })
    lan = await createLan({ hosts: ['old', 'next', 'alice'] })
    old = new Person(lan.host('old'), 'old')
    next = new Person(lan.host('next'), 'next')
    alice = new Person(lan.host('alice'), 'alice')
    await starts(old, 0)
    await alice.did(['register', 'Alice'])
    await next.did(['register', 'Bob'])
  })

  after(() => lan?.close())

  it('to another port is found again by a command, and by one that stays', async () => {
    const follow = alice.starts(['receive', '--follow'])
    await until(
      'Alice is on',
      async () => (await next.did(['who'])).some((one) => one.user === 'Alice' && one.presence === 'online'),
      30_000,
    )
    await registry.kill('SIGTERM')
    await follow.line('[registry-stopping]')
    await starts(old, 7_100)
    await follow.line('connected again')
    await follow.kill('SIGTERM')
    expect((await alice.did(['whoami']))[0]).to.include({ port: 7_100 })
  })

  it('to another computer is the same one, by its certificate', async () => {
    await registry.kill('SIGTERM')
    cpSync(join(old.host.home, 'registry'), join(next.host.home, 'registry'), { recursive: true })
    await starts(next, 6784)
    expect((await alice.did(['who'])).map(({ user }) => user)).to.have.members(['Alice', 'Bob'])
    expect((await alice.did(['whoami']))[0]).to.include({ port: 6784 })
  })

  it('is not found where only another one is', async () => {
    await registry.kill('SIGTERM')
    const other = old.starts(['registry', '--name', 'Team', '--data', join(old.host.home, 'another')])
    await other.json(({ event }) => event === 'ready')
    const { code, stderr } = await alice.does(['who'])
    expect(code).to.equal(1)
    expect(stderr).to.contain('[registry-unreachable]')
    await other.kill('SIGTERM')
  })
})
