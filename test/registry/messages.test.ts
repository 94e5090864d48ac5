import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { conversationId } from '../../core/protocol/conversation.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { localStore } from '../../core/registry/store/local-store.ts'
import type { Store } from '../../core/registry/store/store.ts'
import { openDatabase } from '../../core/sqlite.ts'
import { until } from '../support/wait.ts'
import { House, offer, say, temporaryFolder, text } from './support/house.ts'

describe('messages', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let house: House
  let store: Store
  let ids: Record<'alice' | 'bob' | 'carol', string>

  beforeEach(async () => {
    folder = temporaryFolder()
    store = localStore(openDatabase(`${folder.path}/registry.sqlite`))
    house = await House.open({ folder: folder.path, store })
    ids = { alice: (await house.user('Alice')).id, bob: (await house.user('Bob')).id, carol: (await house.user('Carol')).id }
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  it('reach everyone when nobody is selected, the sender and its other devices too', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    const second = await house.online('Alice')
    const id = randomUUID()
    const { position, stamp } = await alice.ask('send', { id, to: 'everyone', body: text('hello') })
    const expected = { position, stamp, id, from: ids.alice, audience: 'everyone', body: text('hello') }
    for (const client of [alice, bob, second]) {
      expect((await client.event('message')).message).to.deep.equal(expected)
    }
  })

  it('reach the selected people and the sender, nobody else', async () => {
    const [alice, bob, carol] = [await house.online('Alice'), await house.online('Bob'), await house.online('Carol')]
    await say(alice, [ids.bob], 'for Bob')
    await say(alice, [ids.bob, ids.alice, ids.bob], 'again')
    await say(alice, 'everyone', 'for all')
    await until('the last', () => carol.texts().length > 0 && bob.texts().length > 2)
    expect(bob.texts()).to.deep.equal(['for Bob', 'again', 'for all'])
    expect(carol.texts()).to.deep.equal(['for all'])
    const [first, again] = bob.messages()
    expect(first?.audience).to.deep.equal([ids.alice, ids.bob].sort())
    expect(again?.audience).to.deep.equal(first?.audience)
  })

  it('wait for those who are away, in order, beginning after what they had', async () => {
    const alice = await house.online('Alice')
    const positions: number[] = []
    for (let index = 0; index < 5; index++) positions.push(await say(alice, index % 2 ? [ids.carol] : 'everyone', `${index}`))
    const bob = await house.online('Bob')
    expect(bob.texts()).to.deep.equal(['0', '2', '4'])
    expect(bob.events('synced')).to.deep.equal([{ position: positions[4] }])
    const later = await house.online('Bob', positions[0])
    expect(later.texts()).to.deep.equal(['2', '4'])
  })

  it('are refused to somebody who is not there, stored for nobody', async () => {
    const alice = await house.online('Alice')
    expect(await alice.refusal('send', { id: randomUUID(), to: [ids.bob, 'x'.repeat(22)], body: text('x') })).to.equal('user-unknown')
    await alice.settled()
    expect(alice.messages()).to.deep.equal([])
    expect(house.context.messages.head).to.equal(0)
  })

  it('sent again with the same id are the same message, handed out once', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    const id = randomUUID()
    const request = { id, to: [ids.bob], body: offer(randomUUID()) }
    const [first, second] = await Promise.all([alice.ask('send', request), alice.ask('send', request)])
    const reordered = { ...request, body: Object.fromEntries(Object.entries(request.body).reverse()) as typeof request.body }
    const third = await (await house.online('Alice')).ask('send', reordered)
    expect([second, third]).to.deep.equal([first, first])
    await say(alice, 'everyone', 'end')
    await until('the end', () => bob.texts().includes('end'))
    expect(bob.texts()).to.deep.equal(['offer', 'end'])
    expect(await alice.refusal('send', { id, to: [ids.bob], body: text('other') })).to.equal('id-taken')
    expect(await alice.refusal('send', { id, to: 'everyone', body: request.body })).to.equal('id-taken')
    expect(await bob.refusal('send', { id, to: [ids.alice], body: text('mine') })).to.equal('id-taken')
  })

  it('are in one order for everybody, by positions and by stamps', async () => {
    const clients = [await house.online('Alice'), await house.online('Bob'), await house.online('Carol')]
    await Promise.all(
      clients.flatMap((client, who) => Array.from({ length: 40 }, (_, index) => say(client, 'everyone', `${who}.${index}`))),
    )
    await until('all', () => clients.every((client) => client.messages().length === 120))
    const [first, ...others] = clients.map((client) => client.messages())
    for (const other of others) expect(other).to.deep.equal(first)
    expect(first?.map(({ position }) => position)).to.deep.equal(Array.from({ length: 120 }, (_, index) => index + 1))
    const stamps = first?.map(({ stamp }) => stamp)
    expect(stamps).to.deep.equal([...(stamps ?? [])].sort())
  })

  it('are stored before they are acknowledged and handed out', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const append = store.append
    store.append = async (draft) => {
      const appended = await append(draft)
      await held
      return appended
    }
    const sent = say(alice, 'everyone', 'x')
    await bob.settled()
    expect([alice.order.includes('reply send'), bob.messages().length, alice.messages().length]).to.deep.equal([false, 0, 0])
    release()
    await sent
    await bob.event('message')
  })

  it('that were accepted are answered before the registry says goodbye', async () => {
    const alice = await house.online('Alice')
    let release: () => void = () => undefined
    const disk = new Promise<void>((resolve) => {
      release = resolve
    })
    const { append } = store
    store.append = async (draft) => {
      await disk
      return append(draft)
    }
    const sent = say(alice, 'everyone', 'x')
    await alice.settled()
    const stopped = house.hub.stop('registry-stopping')
    release()
    await sent
    await stopped
    await until('the end', () => alice.ended)
    expect(alice.order.slice(-3)).to.deep.equal(['message', 'reply send', 'bye'])
  })

  it('of before a user registered are not that user’s, unless later ones', async () => {
    const alice = await house.online('Alice')
    await say(alice, 'everyone', 'before')
    const dave = await house.user('Dave')
    await say(alice, 'everyone', 'after')
    await say(alice, [dave.id], 'for Dave')
    expect((await house.online('Dave')).texts()).to.deep.equal(['after', 'for Dave'])
  })

  it('come whole, once and in order to one who catches up while others talk', async () => {
    const alice = await house.online('Alice')
    await Promise.all(Array.from({ length: 900 }, (_, index) => say(alice, 'everyone', `${index}`)))
    const bob = await house.greet('Bob')
    // Some while pages are read, some while the last one is, some after.
    let sent = 900
    const talking = (async () => {
      while (!bob.events('synced').length) await say(alice, sent % 3 ? 'everyone' : [ids.bob], `${sent++}`)
      for (let more = 0; more < 20; more++) await say(alice, 'everyone', `${sent++}`)
    })()
    await bob.ask('sync', { after: 0 })
    await talking
    await until('the last', () => bob.texts().at(-1) === `${sent - 1}`)
    expect(bob.texts()).to.deep.equal(Array.from({ length: sent }, (_, index) => `${index}`))
    const positions = bob.messages().map(({ position }) => position)
    const synced = bob.log.findIndex(({ event }) => event === 'synced')
    const before = bob.log.slice(0, synced).filter(({ event }) => event === 'message').length
    expect(bob.events('synced')[0]?.position).to.equal(positions[before - 1])
  })

  it('do not reach a session that has not synced', async () => {
    const alice = await house.online('Alice')
    const bob = await house.greet('Bob')
    await say(alice, 'everyone', 'x')
    await bob.settled()
    expect(bob.log).to.deep.equal([])
  })

  it('larger than one frame could carry to those they are for are refused', async () => {
    const alice = await house.online('Alice')
    const files = Array.from({ length: 100 }, (_, index) => ({ path: `${index}${'\u{e000}'.repeat(2_500)}`, bytes: 1 }))
    const body = { kind: 'offer' as const, transfer: randomUUID(), files, count: 100, bytes: 100 }
    expect(await alice.refusal('send', { id: randomUUID(), to: 'everyone', body })).to.equal('too-large')
  })

  it('that the disk has no room for are refused, and taken later', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    const append = store.append
    store.append = () => Promise.reject(new OptiChatError('registry-full'))
    const request = { id: randomUUID(), to: 'everyone' as const, body: text('x') }
    expect(await alice.refusal('send', request)).to.equal('registry-full')
    store.append = append
    expect(await alice.refusal('send', request)).to.equal('done')
    await until('it', () => bob.texts().length > 0)
    expect(bob.texts()).to.deep.equal(['x'])
  })

  it('of the roster, reads and transfers that do not fit into one reply follow it as events', async () => {
    for (let index = 0; index < 3_000; index++) {
      const id = index.toString().padStart(22, '0')
      await house.context.accounts.register({ id, name: `A user with a long name ${index}`, nameKey: `${index}`, record: 'x', since: 0 })
    }
    const alice = await house.greet('Alice')
    const { users } = await alice.sync()
    const followed = alice.events('presence').flatMap(({ users }) => users)
    expect(users.length).to.be.greaterThan(100)
    expect(followed.length).to.be.greaterThan(100)
    expect(new Set([...users, ...followed].map(({ id }) => id)).size).to.equal(3_003)
    expect(alice.order.indexOf('reply sync')).to.be.lessThan(alice.order.indexOf('presence'))
  })

  it('are grouped by conversation whichever member writes', async () => {
    const [alice, bob] = [await house.online('Alice'), await house.online('Bob')]
    await say(alice, [ids.bob], 'a')
    await say(bob, [ids.alice], 'b')
    await until('both', () => alice.messages().length === 2)
    const [a, b] = alice.messages()
    expect(conversationId(a?.audience ?? [])).to.equal(conversationId(b?.audience ?? []))
  })
})
