import { join } from 'node:path'
import { expect } from 'chai'
import { Person } from '../e2e/optichat.ts'
import { createLan, type Lan, type LanProcess, requireLan } from '../support/lan.ts'

describe('a computer whose network address changes', () => {
  let lan: Lan
  let alice: Person
  let bob: Person
  let follow: LanProcess

  before(async function () {
    requireLan(this)
    lan = await createLan({ hosts: ['registry', 'alice', 'bob'] })
    const desk = new Person(lan.host('registry'), 'desk')
    const registry = desk.starts(['registry', '--no-advertise', '--data', join(desk.host.home, 'registry')])
    await registry.json((line) => line.event === 'ready')
    ;[alice, bob] = [new Person(lan.host('alice'), 'alice'), new Person(lan.host('bob'), 'bob')]
    await Promise.all([alice, bob].map((person) => person.did(['register', person.name, '--registry', desk.host.address])))
    follow = alice.starts(['receive', '--follow'])
    await bob.did(['send', '--to', 'alice', 'before'])
    await follow.json((line) => line.text === 'before')
  })
  after(() => lan?.close())

  it('is connected again by itself, has missed nothing, and is told why it was away', async () => {
    await alice.host.setAddress('10.77.0.99')
    const sent = ['meanwhile 1', 'meanwhile 2', 'meanwhile 3']
    for (const text of sent) await bob.did(['send', '--to', 'alice', text])
    expect(await follow.line(/connected again/)).to.include('[address-changed]')
    await follow.json((line) => line.text === 'meanwhile 3')
    await bob.did(['send', '--to', 'alice', 'after'])
    await follow.json((line) => line.text === 'after')
    const texts = follow.jsonSoFar().flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
    expect(texts).to.deep.equal(['before', ...sent, 'after'])
  })
})
