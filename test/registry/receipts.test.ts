import { expect } from 'chai'
import { conversationId } from '../../core/protocol/conversation.ts'
import { House, say, temporaryFolder } from './support/house.ts'

describe('receipts', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let house: House
  let ids: Record<'alice' | 'bob' | 'carol', string>

  beforeEach(async () => {
    folder = temporaryFolder()
    house = await House.open({ folder: folder.path })
    ids = { alice: (await house.user('Alice')).id, bob: (await house.user('Bob')).id, carol: (await house.user('Carol')).id }
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  it('of delivery go to the authors concerned and the user’s own other devices, nobody else', async () => {
    const [alice, bob, carol] = [await house.online('Alice'), await house.online('Bob'), await house.online('Carol')]
    const second = await house.online('Bob')
    const position = await say(alice, 'everyone', 'x')
    await bob.event('message')
    await bob.ask('receipt', { delivered: position })
    const expected = [{ user: ids.bob, delivered: position }]
    for (const client of [alice, bob, carol, second]) await client.settled()
    expect(alice.events('receipt')).to.deep.equal(expected)
    expect(second.events('receipt')).to.deep.equal(expected)
    expect([bob.events('receipt'), carol.events('receipt')]).to.deep.equal([[], []])
  })

  it('of reading go to the authors in that conversation', async () => {
    const [alice, bob, carol] = [await house.online('Alice'), await house.online('Bob'), await house.online('Carol')]
    const conversation = conversationId([ids.alice, ids.bob].sort())
    await say(carol, [ids.bob], 'other')
    const position = await say(alice, [ids.bob], 'x')
    await bob.event('message', ({ message }) => message.position === position)
    await bob.ask('receipt', { read: { conversation, position } })
    for (const client of [alice, carol]) await client.settled()
    expect(alice.events('receipt')).to.deep.equal([{ user: ids.bob, read: { user: ids.bob, conversation, position } }])
    expect(carol.events('receipt')).to.deep.equal([])
  })

  it('of what an earlier session got go to all members, as it is not known whose it was', async () => {
    const alice = await house.online('Alice')
    const carol = await house.online('Carol')
    const position = await say(alice, [ids.bob], 'x')
    const conversation = conversationId([ids.alice, ids.bob].sort())
    const bob = await house.online('Bob', position)
    await bob.ask('receipt', { read: { conversation, position } })
    await alice.settled()
    await carol.settled()
    expect(alice.events('receipt')).to.have.length(1)
    expect(carol.events('receipt')).to.have.length(0)
  })

  it('only move forward, not beyond the head, and only in conversations of one’s own', async () => {
    const [alice, bob, carol] = [await house.online('Alice'), await house.online('Bob'), await house.online('Carol')]
    const first = await say(alice, [ids.bob], '1')
    const second = await say(alice, [ids.bob], '2')
    const conversation = conversationId([ids.alice, ids.bob].sort())
    await bob.ask('receipt', { delivered: 1_000_000, read: { conversation, position: 1_000_000 } })
    await bob.ask('receipt', { delivered: first, read: { conversation, position: first } })
    await alice.settled()
    expect(alice.events('receipt').map((one) => one.delivered ?? one.read?.position)).to.deep.equal([second, second])
    expect(await carol.refusal('receipt', { read: { conversation, position: 1 } })).to.equal('not-a-member')
    expect(await carol.refusal('receipt', { read: { conversation: 'x', position: 1 } })).to.equal('not-a-member')
  })

  it('are there for one who syncs later, for the conversations of its own', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    const position = await say(alice, [ids.bob], 'x')
    const conversation = conversationId([ids.alice, ids.bob].sort())
    await bob.ask('receipt', { delivered: position, read: { conversation, position } })
    await bob.ask('receipt', { read: { conversation: 'everyone', position } })
    const toAlice = await (await house.greet('Alice')).sync()
    expect(toAlice.users.find(({ name }) => name === 'Bob')?.delivered).to.equal(position)
    expect(toAlice.reads).to.have.deep.members([
      { user: ids.bob, conversation, position },
      { user: ids.bob, conversation: 'everyone', position },
    ])
    const toCarol = await (await house.greet('Carol')).sync()
    expect(toCarol.reads).to.deep.equal([{ user: ids.bob, conversation: 'everyone', position }])
  })

  it('that could not be stored are refused and can be said again', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    const position = await say(alice, 'everyone', 'x')
    const { delivered } = house.context.store
    house.context.store.delivered = () => Promise.reject(new Error('no disk'))
    expect(await bob.refusal('receipt', { delivered: position })).to.equal('internal')
    house.context.store.delivered = delivered
    await bob.ask('receipt', { delivered: position })
    await alice.settled()
    expect(alice.events('receipt')).to.have.length(1)
    expect((await house.context.store.load('x')).users.find(({ name }) => name === 'Bob')?.delivered).to.equal(position)
  })
})
