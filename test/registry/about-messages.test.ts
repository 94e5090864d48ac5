import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { TAKE_BACK_TIME } from '../../core/protocol/limits.ts'
import type { Body } from '../../core/protocol/messages.ts'
import type { TestClient } from './support/client.ts'
import { House, offer, say, temporaryFolder } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'

describe('messages about messages', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House
  let alice: TestClient
  let bob: TestClient
  let both: string[]

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    both = [(await house.user('Alice')).id, (await house.user('Bob')).id].sort()
    await house.user('Carol')
    alice = await house.online('Alice')
    bob = await house.online('Bob')
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  const refusal = (client: TestClient, to: 'everyone' | string[], body: Body) => client.refusal('send', { id: randomUUID(), to, body })

  it('are edits by the author, delivered like any message', async () => {
    const message = randomUUID()
    await say(alice, both, 'helo', message)
    await say(alice, both, { kind: 'edit', message, text: 'hello' })
    const { message: edit } = await bob.event('message', ({ message }) => message.body.kind === 'edit')
    expect(edit.body).to.deep.equal({ kind: 'edit', message, text: 'hello' })
    expect(await refusal(bob, both, { kind: 'edit', message, text: 'something else' })).to.equal('not-yours')
  })

  it('are reactions by any member, of one grapheme', async () => {
    const message = randomUUID()
    await say(alice, both, 'good news', message)
    for (const emoji of ['👍', '👩‍👩‍👧‍👦', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '❤️', '🇩🇪']) await say(bob, both, { kind: 'reaction', message, emoji, on: true })
    await say(bob, both, { kind: 'reaction', message, emoji: '👍', on: false })
    expect((await alice.event('message', ({ message }) => message.body.kind === 'reaction' && !message.body.on)).message.from).to.be.oneOf(
      both,
    )
    for (const emoji of ['👍👍', 'ab', '\u202e', '\u0000', ' ', '\n'])
      expect(await refusal(bob, both, { kind: 'reaction', message, emoji, on: true })).to.equal('bad-frame')
  })

  it('are take-backs that leave nothing of the words for those who come later', async () => {
    const message = randomUUID()
    await say(alice, both, 'the unspeakable', message)
    await say(alice, both, { kind: 'edit', message, text: 'more unspeakable' })
    await say(alice, both, { kind: 'take-back', message })
    await bob.event('message', ({ message }) => message.body.kind === 'take-back')
    const late = await house.online('Bob')
    expect(late.messages().map(({ body, position }) => [position, body.kind])).to.deep.equal([
      [1, 'gone'],
      [2, 'gone'],
      [3, 'take-back'],
    ])
    await house.close()
    expect(readFileSync(join(folder.path, 'registry.sqlite')).includes('unspeakable')).to.equal(false)
    house = await House.open({ folder: folder.path, clock })
  })

  it('cannot be about what was taken back, not even once more', async () => {
    const message = randomUUID()
    await say(alice, both, 'oh', message)
    await say(alice, both, { kind: 'take-back', message })
    for (const body of [
      { kind: 'edit', message, text: 'x' },
      { kind: 'take-back', message },
      { kind: 'reaction', message, emoji: '👍', on: true },
    ] as const)
      expect(await refusal(alice, both, body)).to.equal('message-unknown')
  })

  it('of which the sender lost the answer get the same answer again, also after a take-back', async () => {
    const [id, back] = [randomUUID(), randomUUID()]
    const first = await say(alice, both, 'oh', id)
    const second = await say(alice, both, { kind: 'take-back', message: id }, back)
    expect(await say(alice, both, 'oh', id)).to.equal(first)
    expect(await say(alice, both, { kind: 'take-back', message: id }, back)).to.equal(second)
    await bob.settled()
    expect(bob.messages()).to.have.length(2)
  })

  it('come too late to take something back after a quarter of an hour', async () => {
    const [kept, gone] = [randomUUID(), randomUUID()]
    await say(alice, both, 'one', kept)
    clock.advance(1_000)
    await say(alice, both, 'two', gone)
    clock.advance(TAKE_BACK_TIME - 500)
    expect(await refusal(alice, both, { kind: 'take-back', message: kept })).to.equal('too-late')
    expect(await refusal(alice, both, { kind: 'take-back', message: gone })).to.equal('done')
    expect(await refusal(alice, both, { kind: 'edit', message: kept, text: 'still possible' })).to.equal('done')
  })

  it('withdraw an offer that is taken back', async () => {
    const [message, transfer] = [randomUUID(), randomUUID()]
    await say(alice, both, offer(transfer), message)
    await alice.ask('serve', { transfers: [transfer] })
    expect(await refusal(alice, both, { kind: 'edit', message, text: 'x' })).to.equal('message-unknown')
    await say(alice, both, { kind: 'take-back', message })
    expect(await bob.refusal('ticket', { transfer })).to.equal('transfer-unknown')
  })

  it('stay within their conversation, and tell nothing of others', async () => {
    const message = randomUUID()
    await say(alice, both, 'between us', message)
    const carol = await house.online('Carol')
    for (const body of [
      { kind: 'edit', message, text: 'x' },
      { kind: 'take-back', message },
      { kind: 'reaction', message, emoji: '👍', on: true },
      { kind: 'text', text: 'x', reply: message },
    ] as const) {
      expect(await refusal(carol, 'everyone', body)).to.equal('message-unknown')
      expect(await refusal(alice, 'everyone', body)).to.equal('message-unknown')
    }
    expect(await refusal(carol, 'everyone', { kind: 'reaction', message: randomUUID(), emoji: '👍', on: true })).to.equal('message-unknown')
    expect(await refusal(carol, both, { kind: 'reaction', message, emoji: '👍', on: true })).to.equal('message-unknown')
  })

  it('are replies, also to what is no longer kept', async () => {
    const message = randomUUID()
    await say(alice, both, 'where?', message)
    await say(bob, both, { kind: 'text', text: 'here', reply: message })
    await say(bob, both, { kind: 'text', text: 'and there', reply: randomUUID() })
    await alice.event('message', ({ message }) => message.body.kind === 'text' && message.body.text === 'and there')
    expect(alice.messages()[1]?.body).to.deep.equal({ kind: 'text', text: 'here', reply: message })
  })

  it('cannot be sent as gone', async () => {
    alice.link.send(JSON.stringify({ verb: 'send', n: 99, id: randomUUID(), to: 'everyone', body: { kind: 'gone' } }))
    await alice.settled()
    expect(alice.refused.map(({ code }) => code)).to.deep.equal(['bad-frame'])
  })

  it('have ids that are taken for everybody', async () => {
    const id = randomUUID()
    await say(alice, both, 'mine', id)
    expect(await bob.refusal('send', { id, to: both, body: { kind: 'text', text: 'mine' } })).to.equal('id-taken')
  })
})
