import { expect } from 'chai'
import type { ClientEvents } from '../../core/client/client.ts'
import { Emitter } from '../../core/client/emitter.ts'
import { Typing } from '../../core/client/typing.ts'
import { fakeClock } from '../support/fake-clock.ts'

function setUp() {
  const clock = fakeClock()
  const events = new Emitter<ClientEvents>()
  const told: string[] = []
  events.on('typing', ({ conversation, users }) => told.push(`${conversation}: ${users.map(({ name }) => name).join(' ') || 'nobody'}`))
  return { clock, told, typing: new Typing({ clock, events, user: (id) => ({ id, name: id }) }) }
}

describe('who is writing', () => {
  it('is shown for six seconds after it was last heard of, each change once', async () => {
    const { clock, told, typing } = setUp()
    typing.started('lobby', 'alice')
    await clock.advance(4_000)
    typing.started('lobby', 'alice')
    typing.started('lobby', 'bob')
    typing.started('garden', 'alice')
    await clock.advance(5_999)
    expect(told).to.deep.equal(['lobby: alice', 'lobby: alice bob', 'garden: alice'])
    await clock.advance(1)
    expect(told.slice(3)).to.have.members(['lobby: bob', 'lobby: nobody', 'garden: nobody'])
    expect(clock.pending).to.deep.equal([])
  })

  it('ends with the message, and with the connection', () => {
    const { clock, told, typing } = setUp()
    typing.started('lobby', 'alice')
    typing.stopped('lobby', 'alice')
    typing.stopped('lobby', 'alice')
    typing.started('lobby', 'bob')
    typing.clear()
    expect(told).to.deep.equal(['lobby: alice', 'lobby: nobody', 'lobby: bob', 'lobby: nobody'])
    expect(clock.pending).to.deep.equal([])
  })

  it('is said once in two seconds, in each conversation, and at once after a message', async () => {
    const { clock, typing } = setUp()
    const keys: boolean[] = []
    for (let key = 0; key < 40; key++) {
      keys.push(typing.due('lobby'))
      await clock.advance(100)
    }
    expect(keys.filter(Boolean)).to.have.length(2)
    expect(typing.due('lobby')).to.equal(true)
    expect(typing.due('garden')).to.equal(true)
    expect(typing.due('lobby')).to.equal(false)
    typing.sent('lobby')
    expect(typing.due('lobby')).to.equal(true)
  })
})
