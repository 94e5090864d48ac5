import { expect } from 'chai'
import { collect, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'

describe('people talking', () => {
  let team: Team<'alice' | 'bob' | 'carol'>
  before(async () => {
    team = await startTeam(['alice', 'bob', 'carol'])
  })
  after(() => team?.close())

  it('lists everybody by name, with who is online and who is oneself', async () => {
    const roster = await until('all are there', () => {
      const roster = team.people.bob.roster()
      return roster.every(({ presence }) => presence === 'online') && roster
    })
    expect(roster.map(({ name, presence, self }) => ({ name, presence, self }))).to.deep.equal([
      { name: 'alice', presence: 'online', self: false },
      { name: 'bob', presence: 'online', self: true },
      { name: 'carol', presence: 'online', self: false },
    ])
  })

  it('sends to everyone, and each gets it once, the sender at its acknowledgement', async () => {
    const { alice, bob, carol } = team.people
    const seen = [alice, bob, carol].map((client) => collect(client, 'message'))
    const { id, position } = await alice.send('everyone', 'good morning')
    expect(seen[0]?.map((message) => message.id)).to.deep.equal([id])
    await until('all have it', () => seen.every(({ length }) => length === 1))
    for (const [message] of seen) {
      expect(message).to.include({ id, position, conversation: 'everyone', to: 'everyone' })
      expect(message?.from.name).to.equal('alice')
      expect(message?.body).to.deep.equal({ kind: 'text', text: 'good morning' })
    }
    await alice.send('everyone', 'again')
    await until('the next one', () => seen.every(({ length }) => length === 2))
  })

  it('sends to the selected only', async () => {
    const { alice, bob, carol } = team.people
    const toCarol = collect(carol, 'message')
    const toBob = collect(bob, 'message')
    const { id } = await alice.send(alice.resolve(['BOB']), 'between us')
    await until('bob has it', () => toBob.length === 1)
    await alice.send('everyone', 'a marker')
    await until('carol has the marker', () => toCarol.length === 1)
    expect(toCarol.map(({ body }) => body.kind === 'text' && body.text)).to.deep.equal(['a marker'])
    expect(toBob[0]?.id).to.equal(id)
    expect(toBob[0]?.to).to.deep.equal([{ id: bob.me?.id, name: 'bob' }])
    expect(bob.history({ conversation: toBob[0]?.conversation ?? '', limit: 10 }).map((message) => message.id)).to.deep.equal([id])
  })

  it('shows a message as delivered when it has arrived, and as read when it was read', async () => {
    const { alice, bob, carol } = team.people
    const [bobId, carolId] = [bob.me?.id ?? '', carol.me?.id ?? '']
    const { id, position } = await alice.send([bobId, carolId], 'have you seen this?')
    const mine = () => alice.history({ limit: 5 }).find((message) => message.id === id)
    await until('both have it', () => mine()?.receipts?.delivered.length === 2)
    expect(mine()?.receipts?.read).to.deep.equal([])
    const conversation = mine()?.conversation ?? ''
    const unread = () => carol.conversations().find(({ id }) => id === conversation)?.unread
    expect(unread()).to.equal(1)
    carol.markRead(conversation, position)
    expect(unread()).to.equal(0)
    await until('carol has read it', () => mine()?.receipts?.read.length === 1)
    expect(mine()?.receipts?.read).to.deep.equal([carolId])
  })

  it('keeps what came while somebody was away, and shows it in order and once', async () => {
    const { alice, bob } = team.people
    const toBob = alice.resolve(['bob'])
    await bob.close()
    await until('bob is away', () => alice.roster().find(({ name }) => name === 'bob')?.presence === 'offline')
    expect(alice.roster().find(({ name }) => name === 'bob')?.lastSeen).to.be.a('number')
    for (const text of ['one', 'two', 'three']) await alice.send(toBob, text)
    const back = await team.open('bob')
    team.people.bob = back
    const seen = collect(back, 'message')
    await back.connect()
    expect(seen.map(({ body }) => body.kind === 'text' && body.text)).to.deep.equal(['one', 'two', 'three'])
    const again = await team.open('bob')
    const nothing = collect(again, 'message')
    await again.connect()
    expect(nothing).to.deep.equal([])
    await again.close()
  })

  it('gives what is new to one taker only, whichever process takes it', async () => {
    const { alice, bob } = team.people
    const second = await team.open('bob')
    await second.connect()
    bob.takeNew()
    const [here, there] = [collect(bob, 'message'), collect(second, 'message')]
    const { id } = await alice.send(alice.resolve(['bob']), 'for one of you')
    await until('both processes show it', () => here.length === 1 && there.length === 1)
    const taken = [...bob.takeNew(), ...second.takeNew()]
    expect(taken.map((message) => message.id)).to.deep.equal([id])
    const { id: mine } = await second.send('everyone', 'from the second process')
    await until('the first shows it too', () => here.some((message) => message.id === mine))
    expect(bob.takeNew()).to.deep.equal([])
    await second.close()
  })

  it('names those it does not know', () => {
    expect(() => team.people.alice.resolve(['bob', 'dave', 'eve']))
      .to.throw('dave, eve')
      .with.property('code', 'user-unknown')
  })

  it('refuses what the registry refuses, with its code', async () => {
    const refused = await team.people.alice.send(['A'.repeat(22)], 'hello?').catch((error) => error)
    expect(refused).to.have.property('code', 'user-unknown')
  })
})
