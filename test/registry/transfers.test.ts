import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { MAX_OPEN_OFFERS, TICKET_LIFETIME } from '../../core/protocol/limits.ts'
import type { To } from '../../core/protocol/messages.ts'
import { dialableEndpoints } from '../../core/registry/endpoints.ts'
import { SERVE_GRACE } from '../../core/registry/limits.ts'
import { until } from '../support/wait.ts'
import type { TestClient } from './support/client.ts'
import { fingerprint, House, offer, say, temporaryFolder, text } from './support/house.ts'
import { ManualClock } from './support/manual-clock.ts'
import { login, register } from './support/password.ts'

describe('offers and tickets', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: ManualClock
  let house: House
  let ids: Record<'alice' | 'bob' | 'carol', string>
  let alice: TestClient
  let bob: TestClient
  let carol: TestClient
  let transfer: string

  beforeEach(async () => {
    folder = temporaryFolder()
    clock = new ManualClock()
    house = await House.open({ folder: folder.path, clock })
    ids = { alice: (await house.user('Alice')).id, bob: (await house.user('Bob')).id, carol: (await house.user('Carol')).id }
    alice = await house.online('Alice')
    bob = await house.online('Bob')
    carol = await house.online('Carol')
    transfer = randomUUID()
    await say(alice, [ids.bob], offer(transfer))
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  it('give both devices one secret, each the other’s certificate and addresses, the sender first', async () => {
    await alice.ask('endpoints', { endpoints: ['10.0.0.1:5000', '[fd00::1]:5000'] })
    await bob.ask('endpoints', { endpoints: ['10.0.0.2:6000'] })
    await alice.ask('serve', { transfers: [transfer] })
    const { ticket } = await bob.ask('ticket', { transfer })
    const half = (await alice.event('ticket')).ticket
    expect(ticket).to.deep.include({ transfer, lifetime: TICKET_LIFETIME })
    expect(ticket.peer).to.deep.equal({
      user: ids.alice,
      fingerprint: fingerprint('Alice'),
      endpoints: ['10.0.0.1:5000', '[fd00::1]:5000'],
    })
    expect(half).to.deep.equal({
      ...ticket,
      peer: { user: ids.bob, fingerprint: fingerprint('Bob'), endpoints: ['10.0.0.2:6000'] },
    })
    const { ticket: second } = await bob.ask('ticket', { transfer })
    expect([second.id === ticket.id, second.secret === ticket.secret]).to.deep.equal([false, false])
  })

  it('tell the audience when files can be fetched, and those who come later', async () => {
    const other = await house.online('Alice')
    await alice.ask('serve', { transfers: [transfer] })
    await alice.ask('serve', { transfers: [transfer] })
    for (const client of [alice, bob, carol, other]) await client.settled()
    expect([alice, bob, carol, other].map((client) => client.events('serving'))).to.deep.equal([[], [{ transfer }], [], [{ transfer }]])
    expect((await (await house.greet('Bob')).sync()).serving).to.deep.equal([transfer])
    expect((await (await house.greet('Carol')).sync()).serving).to.deep.equal([])
    alice.link.close('lost')
    await until('the end', () => house.context.sessions.count === 5)
    expect((await (await house.greet('Bob')).sync()).serving).to.deep.equal([])
  })

  it('are for the offer’s audience only', async () => {
    await alice.ask('serve', { transfers: [transfer] })
    expect(await carol.refusal('ticket', { transfer })).to.equal('transfer-unknown')
    expect(await bob.refusal('ticket', { transfer: randomUUID() })).to.equal('transfer-unknown')
    expect(await alice.refusal('ticket', { transfer })).to.equal('peer-away')
    expect(alice.events('ticket')).to.deep.equal([])
  })

  it('of an offer to everyone are for those who were there', async () => {
    const open = randomUUID()
    await say(alice, 'everyone', offer(open))
    await house.user('Dave')
    const dave = await house.online('Dave')
    await alice.ask('serve', { transfers: [open] })
    await dave.settled()
    expect(dave.events('serving')).to.deep.equal([])
    expect(await dave.refusal('ticket', { transfer: open })).to.equal('transfer-unknown')
    expect(await carol.refusal('ticket', { transfer: open })).to.equal('done')
  })

  it('wait for the sender’s word that it holds the files, when the offer was made just now', async () => {
    const asked = bob.refusal('ticket', { transfer })
    await bob.settled()
    await alice.ask('serve', { transfers: [transfer] })
    expect(await asked).to.equal('done')
    expect((await alice.event('ticket')).ticket.peer.user).to.equal(ids.bob)
  })

  it('need a sender who is there', async () => {
    const asked = bob.refusal('ticket', { transfer })
    await bob.settled()
    clock.advance(SERVE_GRACE)
    expect(await asked).to.equal('peer-away')
    expect(await bob.refusal('ticket', { transfer })).to.equal('peer-away')
    await alice.ask('serve', { transfers: [transfer] })
    expect(await bob.refusal('ticket', { transfer })).to.equal('done')
    alice.link.close('lost')
    await until('the end', () => house.context.sessions.count === 2)
    expect(await bob.refusal('ticket', { transfer })).to.equal('peer-away')
  })

  it('are for offers of one’s own: nobody else can serve them', async () => {
    expect(await bob.refusal('serve', { transfers: [transfer] })).to.equal('transfer-unknown')
    expect(await alice.refusal('serve', { transfers: [randomUUID(), transfer] })).to.equal('done')
    await bob.event('serving', (body) => body.transfer === transfer)
    expect(await bob.refusal('send', { id: randomUUID(), to: [ids.carol], body: offer(transfer) })).to.equal('id-taken')
  })

  it('end when the sender takes the offer back; others cannot', async () => {
    await alice.ask('serve', { transfers: [transfer] })
    await say(bob, [ids.alice], { kind: 'withdraw', transfer })
    expect(await bob.refusal('ticket', { transfer })).to.equal('done')
    await say(alice, [ids.bob], { kind: 'withdraw', transfer })
    expect(await bob.refusal('ticket', { transfer })).to.equal('transfer-unknown')
    expect(await alice.refusal('serve', { transfers: [transfer] })).to.equal('transfer-unknown')
    expect((await (await house.greet('Bob')).sync()).serving).to.deep.equal([])
  })

  it('stay withdrawn when the offer is sent again', async () => {
    const again = randomUUID()
    const id = randomUUID()
    await say(alice, [ids.bob], offer(again), id)
    await say(alice, [ids.bob], { kind: 'withdraw', transfer: again })
    await say(alice, [ids.bob], offer(again), id)
    expect(await alice.refusal('serve', { transfers: [again] })).to.equal('transfer-unknown')
  })

  it('end when the sender’s device signs in as somebody else', async () => {
    await register(await house.greet(), 'Dave', 'secret password')
    alice.link.close('lost')
    const device = await house.greet('Alice')
    await device.ask('serve', { transfers: [transfer] })
    await bob.event('serving')
    await login(device, 'Dave', 'secret password')
    expect(await bob.refusal('ticket', { transfer })).to.equal('peer-away')
    expect(await device.refusal('serve', { transfers: [transfer] })).to.equal('transfer-unknown')
  })

  it('let the sender dial back, once, when the receiver asks', async () => {
    await alice.ask('serve', { transfers: [transfer] })
    const { ticket } = await bob.ask('ticket', { transfer })
    expect(await carol.refusal('dial-back', { ticket: ticket.id })).to.equal('ticket-refused')
    expect(await alice.refusal('dial-back', { ticket: ticket.id })).to.equal('ticket-refused')
    expect(await bob.refusal('dial-back', { ticket: randomUUID() })).to.equal('ticket-refused')
    expect(await bob.refusal('dial-back', { ticket: ticket.id })).to.equal('done')
    expect((await alice.event('dial-back')).ticket).to.equal(ticket.id)
    expect(await bob.refusal('dial-back', { ticket: ticket.id })).to.equal('ticket-refused')
    const { ticket: next } = await bob.ask('ticket', { transfer })
    alice.link.close('lost')
    await until('the end', () => house.context.sessions.count === 2)
    expect(await bob.refusal('dial-back', { ticket: next.id })).to.equal('peer-away')
  })

  it('are forgotten when their time is over', async () => {
    await alice.ask('serve', { transfers: [transfer] })
    const { ticket } = await bob.ask('ticket', { transfer })
    clock.advance(TICKET_LIFETIME)
    expect(await bob.refusal('dial-back', { ticket: ticket.id })).to.equal('ticket-refused')
    expect(house.context.tickets.count).to.equal(0)
  })

  it('name the last session that said it holds the files', async () => {
    await house.enrol('Alice’s other', (await house.context.accounts.named('alice')) ?? expect.fail('no Alice'))
    const other = await house.online('Alice’s other')
    await alice.ask('serve', { transfers: [transfer] })
    await other.ask('serve', { transfers: [transfer] })
    expect((await bob.ask('ticket', { transfer })).ticket.peer.fingerprint).to.equal(fingerprint('Alice’s other'))
    expect((await other.ask('ticket', { transfer })).ticket.peer.fingerprint).to.equal(fingerprint('Alice'))
  })

  it('refuse addresses that are none', async () => {
    for (const endpoint of [
      'host:80',
      '10.0.0.1',
      '10.0.0.1:0',
      '10.0.0.1:70000',
      '[10.0.0.1]:80',
      'fd00::1:80',
      '[*]:80',
      '1.2.3.4:80 ',
    ]) {
      expect(await alice.refusal('endpoints', { endpoints: [endpoint] }), endpoint).to.equal('bad-frame')
    }
  })
})

describe('the address the registry sees', () => {
  it('stands in for *, written as others can dial it', () => {
    expect(dialableEndpoints(['*:80', '10.0.0.1:80'], '10.0.0.9')).to.deep.equal(['10.0.0.9:80', '10.0.0.1:80'])
    expect(dialableEndpoints(['*:80'], '::ffff:10.0.0.9')).to.deep.equal(['10.0.0.9:80'])
    expect(dialableEndpoints(['*:80'], 'fd00::9')).to.deep.equal(['[fd00::9]:80'])
    expect(dialableEndpoints(['*:80'], 'fe80::1%eth0'), 'without the registry’s own interface').to.deep.equal(['[fe80::1]:80'])
    expect(dialableEndpoints(['*:80', '10.0.0.9:80'], '10.0.0.9')).to.deep.equal(['10.0.0.9:80'])
  })

  it('is left out when nobody could dial it', () => {
    expect(dialableEndpoints(['*:80'], 'memory')).to.deep.equal([])
  })
})

describe('offers that nobody has answered', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let house: House
  let ids: Record<'alice' | 'bob' | 'carol', string>
  let alice: TestClient
  let bob: TestClient

  beforeEach(async () => {
    folder = temporaryFolder()
    house = await House.open({ folder: folder.path })
    ids = { alice: (await house.user('Alice')).id, bob: (await house.user('Bob')).id, carol: (await house.user('Carol')).id }
    alice = await house.online('Alice')
    bob = await house.online('Bob')
  })
  afterEach(async () => {
    await house.close()
    folder.remove()
  })

  const offers = async (to: To): Promise<string[]> => {
    const transfers = Array.from({ length: MAX_OPEN_OFFERS }, () => randomUUID())
    for (const transfer of transfers) await say(alice, to, offer(transfer))
    return transfers
  }
  const oneMore = (to: To) => alice.refusal('send', { id: randomUUID(), to, body: offer(randomUUID()) })

  it('are so many for one recipient and no more; others still get theirs', async () => {
    const [first = ''] = await offers([ids.bob])
    expect(await oneMore([ids.bob])).to.equal('too-many-offers')
    expect(await oneMore([ids.carol, ids.bob])).to.equal('too-many-offers')
    expect(await oneMore([ids.carol])).to.equal('done')
    expect(await bob.refusal('send', { id: randomUUID(), to: [ids.alice], body: offer(randomUUID()) })).to.equal('done')
    expect(await alice.refusal('send', { id: randomUUID(), to: [ids.bob], body: text('words go through') })).to.equal('done')
    const answer = (word: 'accepted' | 'received') => say(bob, [ids.alice], { kind: 'answer', transfer: first, answer: word })
    await answer('accepted')
    expect(await oneMore([ids.bob])).to.equal('too-many-offers')
    await answer('received')
    expect(await oneMore([ids.bob])).to.equal('done')
    expect(await oneMore([ids.bob])).to.equal('too-many-offers')
  })

  it('make room when they are taken back, by their author only', async () => {
    const [first = ''] = await offers([ids.bob])
    await say(bob, [ids.alice], { kind: 'withdraw', transfer: first })
    expect(await oneMore([ids.bob])).to.equal('too-many-offers')
    await say(alice, [ids.bob], { kind: 'withdraw', transfer: first })
    expect(await oneMore([ids.bob])).to.equal('done')
  })

  it('to everyone count until somebody answers', async () => {
    const [first = ''] = await offers('everyone')
    expect(await oneMore('everyone')).to.equal('too-many-offers')
    await say(bob, [ids.alice], { kind: 'answer', transfer: first, answer: 'declined' })
    expect(await oneMore('everyone')).to.equal('done')
  })

  it('are counted once when they are sent again', async () => {
    const [transfer, id] = [randomUUID(), randomUUID()]
    for (let n = 0; n <= MAX_OPEN_OFFERS; n++) await say(alice, [ids.bob], offer(transfer), id)
    expect(await oneMore([ids.bob])).to.equal('done')
  })
})
