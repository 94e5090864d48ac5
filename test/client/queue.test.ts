import { expect } from 'chai'
import type { Client, HistoryMessage } from '../../core/client/client.ts'
import { collect, passwordOf, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'
import { startWire, type Wire } from '../support/wire.ts'

const texts = (messages: readonly HistoryMessage[]) => messages.map(({ body }) => body.kind === 'text' && body.text)
const brief = (messages: readonly HistoryMessage[]) =>
  messages.map(({ body, state = 'sent' }) => `${state}: ${body.kind === 'text' && body.text}`)

describe('what is written while offline', () => {
  let team: Team<'alice' | 'bob'>
  let bobs: string
  const open: Wire[] = []
  before(async () => {
    team = await startTeam(['alice', 'bob'])
    bobs = team.people.bob.me?.id ?? ''
  })
  after(async () => {
    await team?.close()
    for (const wire of open) await wire.close()
  })

  /** Alice on a device of that name, signed in through a cable, and not connected. */
  async function offline(device: string): Promise<{ client: Client; wire: Wire }> {
    const wire = await startWire(team.address)
    open.push(wire)
    const client = await team.open(device)
    await client.login(wire.address, 'alice', passwordOf('alice'))
    await client.close()
    return { client: await team.open(device), wire }
  }

  it('is shown at the end of its conversation, goes out once and in order in a later process, and is then like any other', async () => {
    const { client } = await offline('laptop')
    const seen = collect(team.people.bob, 'message')
    const changes = collect(client, 'changed')
    const ids: string[] = []
    for (const text of ['one', 'two', 'three']) ids.push((await client.queue([bobs], text)).id)
    expect(brief(changes)).to.deep.equal(['queued: one', 'queued: two', 'queued: three'])
    const conversation = changes[0]?.conversation ?? ''
    expect(brief(client.history({ conversation, limit: 2 }))).to.deep.equal(['queued: two', 'queued: three'])
    const [two] = client.history({ conversation, limit: 2 })
    expect(brief(client.history({ conversation, before: two?.stamp ?? '', limit: 5 }))).to.deep.equal(['queued: one'])
    expect(client.conversations()[0]).to.include({ id: conversation, unread: 0 })
    await client.close()

    const later = await team.open('laptop')
    expect(brief(later.history({ conversation, limit: 9 }))).to.deep.equal(['queued: one', 'queued: two', 'queued: three'])
    const sent = collect(later, 'message')
    await later.connect()
    await until('bob has all', () => seen.length >= 3)
    expect(seen.map(({ id }) => id)).to.deep.equal(ids)
    await until('they are sent', () => sent.length === 3)
    expect(brief(later.history({ conversation, limit: 9 }))).to.deep.equal(['sent: one', 'sent: two', 'sent: three'])
    expect(sent.map(({ id }) => id)).to.deep.equal(ids)
    await later.close()
  })

  it('goes out by itself when the cable is back, ahead of what is said then', async () => {
    const { client, wire } = await offline('desk')
    await client.connect()
    const seen = collect(team.people.bob, 'message')
    wire.cut()
    await until('it waits', () => client.connection.at === 'waiting')
    for (const text of ['first', 'second']) await client.queue([bobs], text)
    wire.mend()
    client.retryNow()
    await until('it is online', () => client.connection.at === 'online')
    await client.send([bobs], 'third')
    await until('bob has all', () => seen.length === 3)
    expect(texts(seen)).to.deep.equal(['first', 'second', 'third'])
    await client.close()
  })

  it('can be cancelled until it is on its way, and never goes out then', async () => {
    const { client } = await offline('tablet')
    const seen = collect(team.people.bob, 'message')
    const removed = collect(client, 'removed')
    const { id } = await client.queue([bobs], 'a mistake')
    await client.queue([bobs], 'meant so')
    expect(client.cancelQueued(id)).to.equal(true)
    expect(removed.map((one) => one.id)).to.deep.equal([id])
    expect(client.cancelQueued(id)).to.equal(false)
    await client.connect()
    await until('the other one came', () => seen.length > 0)
    expect(texts(seen)).to.deep.equal(['meant so'])
    expect(client.cancelQueued(seen[0]?.id ?? ''), 'it is sent').to.equal(false)
    await client.close()
  })

  it('is one message to everybody when two processes send it at once', async () => {
    const { client } = await offline('shared')
    const second = await team.open('shared')
    const seen = collect(team.people.bob, 'message')
    const all = Array.from({ length: 20 }, (_, index) => `line ${index}`)
    for (const text of all) await client.queue([bobs], text)
    const shown = [client, second].map((one) => collect(one, 'message'))
    await Promise.all([client.connect(), second.connect()])
    await until('bob has them', () => seen.length >= all.length)
    await until('both show them', () => shown.every(({ length }) => length >= all.length))
    await team.people.alice.send([bobs], 'a marker')
    await until('the marker is there', () => [seen, ...shown].every((messages) => texts(messages).includes('a marker')))
    // A device that is new here has got all that was said before, too.
    for (const messages of [seen, ...shown]) expect(texts(messages).slice(-21)).to.deep.equal([...all, 'a marker'])
    expect(new Set(shown.flatMap((messages) => messages.map(({ id }) => id))).size).to.equal(shown[0]?.length)
    await client.close()
    await second.close()
  })

  it('is not doubled when its acknowledgement was lost', async () => {
    const { client, wire } = await offline('flaky')
    await client.connect()
    const seen = collect(team.people.bob, 'message')
    wire.deafen()
    const { id } = await client.queue([bobs], 'said once')
    await until('bob has it', () => seen.length === 1)
    expect(client.cancelQueued(id), 'others may have it').to.equal(false)
    wire.cut()
    wire.mend()
    await until('it is known as sent', () => client.history({ limit: 1 })[0]?.state === undefined)
    await client.send([bobs], 'a marker')
    await until('the marker', () => seen.length === 2)
    expect(texts(seen)).to.deep.equal(['said once', 'a marker'])
    await client.close()
  })

  it('shows why the registry will not have it, holds up nothing else, and can be taken away', async () => {
    const { client } = await offline('old')
    const seen = collect(team.people.bob, 'message')
    const { id } = await client.queue(['A'.repeat(22)], 'to nobody')
    await client.queue([bobs], 'to bob')
    const changes = collect(client, 'changed')
    await client.connect()
    await until('bob has his', () => seen.length === 1)
    expect(changes.map(({ id, state, code }) => ({ id, state, code }))).to.deep.equal([{ id, state: 'refused', code: 'user-unknown' }])
    expect(client.history({ limit: 9 }).find((message) => message.id === id)).to.include({ id, state: 'refused', code: 'user-unknown' })
    expect(client.cancelQueued(id)).to.equal(true)
    expect(client.history({ limit: 9 }).some((message) => message.id === id)).to.equal(false)
    await client.close()
  })

  it('is refused at once when no registry would take it', async () => {
    const refused = await team.people.alice.queue([bobs], 'x'.repeat(65_537)).catch((error) => error)
    expect(refused).to.have.property('code', 'too-large')
    const nothing = await team.people.alice.queue([bobs], '').catch((error) => error)
    expect(nothing).to.have.property('code', 'nothing-to-send')
  })
})
