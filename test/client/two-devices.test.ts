import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Client } from '../../core/client/client.ts'
import { collect, passwordOf, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'

describe('messages that change, between people and devices', () => {
  let team: Team<'alice' | 'bob'>
  /** Alice's second device. */
  let phone: Client
  before(async () => {
    team = await startTeam(['alice', 'bob'])
    phone = await team.open('phone')
    await phone.login(team.address, 'alice', passwordOf('alice'))
    await phone.connect()
  })
  after(() => team?.close())

  const all = () => [team.people.alice, team.people.bob, phone]
  const toBob = () => team.people.alice.resolve(['bob'])
  const everywhere = (what: string, condition: (client: Client) => boolean) => until(what, () => all().every(condition))
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => null,
      (error) => error.code,
    )
  const textOf = (client: Client, id: string) => {
    const body = client.message(id)?.body
    return body?.kind === 'text' ? body.text : null
  }

  it('show their newest words everywhere, also as the last of a conversation and to a device that is new', async () => {
    const changes = collect(team.people.bob, 'changed')
    const { id } = await team.people.alice.send(toBob(), 'see you at five')
    await everywhere('all have it', (client) => client.message(id) !== null)
    await phone.edit(id, 'see you at six')
    await everywhere('all see the change', (client) => textOf(client, id) === 'see you at six')
    expect(changes.map((message) => [message.id, message.edited !== undefined])).to.deep.equal([[id, true]])
    expect(team.people.bob.conversations()[0]?.last).to.deep.include({ id, body: { kind: 'text', text: 'see you at six' } })
    expect(team.people.bob.search('six', { limit: 1 })[0]?.id).to.equal(id)
    const fresh = await team.open('tablet')
    await fresh.login(team.address, 'alice', passwordOf('alice'))
    await fresh.connect()
    expect(textOf(fresh, id)).to.equal('see you at six')
    await fresh.close()
  })

  it('are taken back everywhere, also from who was away meanwhile', async () => {
    const { alice, bob } = team.people
    const before = await alice.send(toBob(), 'oops, not for you')
    await everywhere('all have it', (client) => client.message(before.id) !== null)
    await bob.close()
    const { id } = await alice.send(toBob(), 'this neither')
    await alice.takeBack(before.id)
    await alice.takeBack(id)
    const back = await team.open('bob')
    team.people.bob = back
    await back.connect()
    await everywhere('all are without them', (client) => [before.id, id].every((one) => client.message(one)?.gone === true))
    expect(back.search('oops', { limit: 1 })).to.deep.equal([])
    expect([...back.export('jsonl')].join('\n')).not.to.match(/oops|neither/)
    expect(await codeOf(alice.takeBack(id)), 'again is nothing new').to.equal(null)
  })

  it('carry signs of people, the same everywhere, and answers that name them', async () => {
    const { alice, bob } = team.people
    const { id } = await alice.send(toBob(), 'cake?')
    await everywhere('all have it', (client) => client.message(id) !== null)
    await bob.react(id, '🎂', true)
    await phone.react(id, '🎂', true)
    await alice.react(id, '👍', true)
    await alice.react(id, '👍', false)
    const expected = [{ emoji: '🎂', users: [bob.me?.id, alice.me?.id] }]
    await everywhere('all see both', (client) => JSON.stringify(client.message(id)?.reactions) === JSON.stringify(expected))
    const answer = await bob.send([alice.me?.id ?? ''], 'yes!', { reply: id })
    await everywhere('all have the answer', (client) => client.message(answer.id)?.replyTo === id)
  })

  it('are not for others to change', async () => {
    const { alice, bob } = team.people
    const { id } = await bob.send([alice.me?.id ?? ''], 'mine')
    await everywhere('all have it', (client) => client.message(id) !== null)
    expect(await codeOf(alice.edit(id, 'yours'))).to.equal('not-yours')
    expect(await codeOf(alice.takeBack(id))).to.equal('not-yours')
    expect(await codeOf(alice.react('00000000-0000-4000-8000-000000000000', '👍', true))).to.equal('message-unknown')
    expect(await codeOf(bob.edit(id, ''))).to.equal('nothing-to-send')
    expect(await codeOf(bob.react(id, 'no emoji', true))).to.equal('bad-frame')
    expect(textOf(phone, id)).to.equal('mine')
  })

  it('withdraw what they offer when they are taken back', async () => {
    const { alice, bob } = team.people
    const path = join(team.folder, 'offered.txt')
    writeFileSync(path, 'words')
    const { id, message } = await alice.offer(toBob(), [path])
    await until('bob has it', () => bob.transfer(id))
    await alice.takeBack(message)
    await everywhere('nobody can fetch it', (client) => client.transfer(id)?.parts[0]?.state === 'withdrawn')
  })

  it('that were read on one device are read on the other', async () => {
    const { bob } = team.people
    const { id, position } = await bob.send([phone.me?.id ?? ''], 'read me')
    await everywhere('all have it', (client) => client.message(id) !== null)
    const conversation = phone.message(id)?.conversation ?? ''
    const unread = (client: Client) => client.conversations().find((one) => one.id === conversation)?.unread
    expect(unread(team.people.alice)).to.be.greaterThan(0)
    phone.markRead(conversation, position)
    await until('it is read on the other, too', () => unread(team.people.alice) === 0)
    await phone.close()
    const later = await team.people.bob.send([team.people.alice.me?.id ?? ''], 'and me')
    await until('alice has it', () => team.people.alice.message(later.id))
    team.people.alice.markRead(conversation, later.position)
    phone = await team.open('phone')
    await phone.connect()
    await until('what was read while it was away is read', () => unread(phone) === 0)
  })
})
