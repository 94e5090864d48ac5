import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ClientEvents, HistoryMessage } from '../../core/client/client.ts'
import { Emitter } from '../../core/client/emitter.ts'
import { History } from '../../core/client/history.ts'
import { Inbox } from '../../core/client/inbox.ts'
import { Receipts } from '../../core/client/receipts.ts'
import { Roster } from '../../core/client/roster.ts'
import { Store } from '../../core/client/store.ts'
import { TransferTable } from '../../core/client/transfer-table.ts'
import { audienceOf, conversationId } from '../../core/protocol/conversation.ts'
import type { Body, Message, To } from '../../core/protocol/messages.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { worked } from '../support/work.ts'

const id = (name: string) => name.padEnd(22, '0')
const [ME, BOB, CAROL] = [id('me'), id('bob'), id('carol')]
const stampOf = (time: number) => `${time.toString(16).padStart(12, '0')}0000@R`

function text(position: number, from: string, to: To, words: string, time = position): Message {
  return { position, stamp: stampOf(time), id: randomUUID(), from, audience: audienceOf(from, to), body: { kind: 'text', text: words } }
}

describe('the history on disk', () => {
  let folder: string
  const open: Store[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'optichat-history-'))
  })
  afterEach(() => {
    for (const store of open.splice(0)) store.close()
    rmSync(folder, { recursive: true })
  })

  /** The rooms of one process on the one history. */
  function rooms() {
    const me = { id: ME, name: 'me' }
    const store = new Store(join(folder, 'history.db'))
    open.push(store)
    const events = new Emitter<ClientEvents>()
    const clock = fakeClock()
    const roster = new Roster(store, me, events)
    const history = new History(store, roster, me)
    const transfers = new TransferTable({ store, roster, me, events, clock })
    const faults: unknown[] = []
    const inbox = new Inbox({
      store,
      history,
      transfers,
      receipts: new Receipts(clock),
      me,
      events,
      clock,
      fault: (error) => faults.push(error),
    })
    const shown: HistoryMessage[] = []
    events.on('message', (message) => shown.push(message))
    return { store, roster, history, transfers, inbox, clock, shown, faults, events }
  }
  const words = (messages: readonly HistoryMessage[]) => messages.map(({ body }) => body.kind === 'text' && body.text)

  it('shows messages by their stamps and pages back from any of them', () => {
    const { inbox, history } = rooms()
    inbox.take(text(1, BOB, 'everyone', 'second', 20))
    inbox.take(text(2, BOB, 'everyone', 'first', 10))
    inbox.take(text(3, BOB, [ME], 'aside', 15))
    inbox.take(text(4, BOB, 'everyone', 'third', 30))
    inbox.flush()
    expect(words(history.page({ conversation: 'everyone', limit: 10 }))).to.deep.equal(['first', 'second', 'third'])
    expect(words(history.page({ limit: 10 }))).to.deep.equal(['first', 'aside', 'second', 'third'])
    expect(words(history.page({ conversation: 'everyone', before: stampOf(30), limit: 1 }))).to.deep.equal(['second'])
    expect(words(history.page({ conversation: 'nowhere', limit: 1 }))).to.deep.equal([])
  })

  it('takes a message in once, however often it comes, and shows it once', () => {
    const { inbox, history, shown } = rooms()
    const message = text(1, BOB, [ME], 'hello')
    for (let time = 0; time < 3; time++) {
      inbox.take(message)
      inbox.flush()
    }
    inbox.take({ ...message, position: 2 })
    inbox.flush()
    expect(words(history.page({ limit: 10 }))).to.deep.equal(['hello'])
    expect(shown.filter(({ position }) => position === 1)).to.have.length(1)
  })

  it("shows one's own message at its acknowledgement, and not again when it comes round", async () => {
    const { inbox, shown, history } = rooms()
    const mine = text(5, ME, [BOB], 'mine')
    inbox.own(mine)
    expect(words(shown)).to.deep.equal(['mine'])
    expect(inbox.position, 'what others wrote before it has not come yet').to.equal(0)
    inbox.take(text(4, BOB, [ME], 'just before'))
    inbox.take(mine)
    inbox.flush()
    expect(words(shown)).to.deep.equal(['mine', 'just before'])
    inbox.own(mine)
    expect(words(shown)).to.have.length(2)
    expect(words(history.page({ limit: 10 }))).to.deep.equal(['just before', 'mine'])
    expect(inbox.position).to.equal(5)
  })

  it('stores what came in one turn together, and nothing of it when that fails: the position stays where it was', async () => {
    const { store, inbox, clock, faults, shown } = rooms()
    inbox.take(text(1, BOB, [ME], 'kept'))
    await clock.advance(0)
    store.run(`CREATE TRIGGER full BEFORE INSERT ON messages WHEN NEW.position = 3 BEGIN SELECT raise(ABORT, 'the disk is full'); END`)
    inbox.take(text(2, BOB, [ME], 'two'))
    inbox.take(text(3, BOB, [ME], 'three'))
    await clock.advance(0)
    expect(faults).to.have.length(1)
    expect([inbox.position, store.cursor('synced'), shown.length]).to.deep.equal([1, 1, 1])
    store.run('DROP TRIGGER full')
    inbox.take(text(2, BOB, [ME], 'two'))
    inbox.take(text(3, BOB, [ME], 'three'))
    inbox.flush()
    expect(words(shown)).to.deep.equal(['kept', 'two', 'three'])
  })

  it('shows each process all that came to it, though another had stored it before', () => {
    const [one, two] = [rooms(), rooms()]
    const message = text(7, BOB, [ME], 'to both')
    one.inbox.take(message)
    one.inbox.flush()
    two.inbox.take(message)
    two.inbox.flush()
    expect([words(one.shown), words(two.shown)]).to.deep.equal([['to both'], ['to both']])
    expect(two.inbox.position).to.equal(7)
    expect(rooms().inbox.position, 'where a third one starts').to.equal(7)
    expect([...one.history.takeNew(), ...two.history.takeNew()]).to.have.length(1)
  })

  it('takes what a registry says anew after its backup was put back', () => {
    const { inbox, history, shown } = rooms()
    for (const position of [1, 2, 3]) inbox.take(text(position, BOB, [ME], `old ${position}`))
    inbox.flush()
    history.takeNew()
    inbox.rewind(1)
    inbox.take(text(2, BOB, [ME], 'new 2', 50))
    inbox.flush()
    expect(words(shown).at(-1)).to.equal('new 2')
    expect(words(history.takeNew())).to.include('new 2')
  })

  it('counts what is unread, and lists the conversation with the newest message first', () => {
    const { inbox, history, roster } = rooms()
    inbox.take(text(1, BOB, [ME], 'one'))
    inbox.take(text(2, ME, [BOB], 'mine'))
    inbox.take(text(3, BOB, [ME], 'two'))
    inbox.take(text(4, CAROL, 'everyone', 'hello all'))
    inbox.take(text(5, ME, [ME], 'a note'))
    inbox.flush()
    const pair = conversationId(audienceOf(BOB, [ME]))
    const brief = () => history.conversations().map(({ id, unread, with: whom }) => [id, unread, whom === 'everyone' ? whom : whom.length])
    expect(brief()).to.deep.equal([
      [conversationId([ME]), 0, 0],
      ['everyone', 1, 'everyone'],
      [pair, 2, 1],
    ])
    roster.setRead({ user: ME, conversation: pair, position: 1 })
    expect(brief()[2]).to.deep.equal([pair, 1, 1])
  })

  it('keeps names, receipts and reads for when there is no registry', () => {
    const before = rooms()
    const user = (name: string, delivered: number) => ({ id: id(name), name, presence: 'online' as const, delivered })
    before.inbox.take(text(4, ME, [BOB, CAROL], 'to two'))
    before.inbox.flush()
    const conversation = conversationId(audienceOf(ME, [BOB, CAROL]))
    before.roster.online({
      users: [user('me', 0), user('bob', 4), user('carol', 3)],
      reads: [{ user: BOB, conversation, position: 4 }],
      rooms: [],
    })
    before.roster.receipt({ user: CAROL, delivered: 9 })
    const after = rooms()
    expect(after.roster.list().map(({ name, presence }) => [name, presence])).to.deep.equal([
      ['bob', 'offline'],
      ['carol', 'offline'],
      ['me', 'offline'],
    ])
    const [message] = after.history.page({ limit: 1 })
    expect(message?.receipts).to.deep.equal({ delivered: [BOB, CAROL], read: [BOB] })
    expect(message?.to).to.deep.equal([
      { id: BOB, name: 'bob' },
      { id: CAROL, name: 'carol' },
    ])
  })

  it("keeps what was answered to an offer, whatever order the words come in, and nobody else's answers", () => {
    const { inbox, transfers } = rooms()
    const transfer = randomUUID()
    let position = 0
    const say = (from: string, to: To, body: Body) => inbox.take({ ...text(++position, from, to, ''), body })
    say(ME, [BOB], { kind: 'offer', transfer, files: [{ path: 'a', bytes: 5 }], count: 1, bytes: 5 })
    say(CAROL, [ME], { kind: 'answer', transfer, answer: 'declined' })
    say(BOB, [ME], { kind: 'answer', transfer, answer: 'received' })
    say(BOB, [ME], { kind: 'answer', transfer, answer: 'accepted' })
    say(BOB, [ME], { kind: 'withdraw', transfer })
    say(CAROL, [ME], { kind: 'offer', transfer, files: [], count: 0, bytes: 0 })
    inbox.flush()
    expect(transfers.get(transfer)?.parts.map(({ user, state, bytes }) => [user.id, state, bytes])).to.deep.equal([[BOB, 'done', 5]])
    expect(transfers.get(transfer)?.from.id).to.equal(ME)
  })

  it('shows what a process that died was receiving as something to go on with', () => {
    const { inbox, transfers, store } = rooms()
    const offer = (transfer: string, position: number): Message => ({
      ...text(position, BOB, [ME], ''),
      body: { kind: 'offer', transfer, files: [], count: 1, bytes: 9 },
    })
    const [dead, alive] = [randomUUID(), randomUUID()]
    inbox.take(offer(dead, 1))
    inbox.take(offer(alive, 2))
    inbox.flush()
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    expect(transfers.hold(dead, `${gone}:x`)).to.equal(true)
    expect(transfers.hold(alive, `${process.ppid}:y`)).to.equal(true)
    for (const transfer of [dead, alive]) transfers.set(transfer, ME, { state: 'moving', bytes: 5 })
    const later = rooms().transfers
    expect(later.get(dead)?.parts[0]).to.include({ state: 'failed', code: 'connection-lost', bytes: 5 })
    expect(later.get(alive)?.parts[0]).to.include({ state: 'moving' })
    expect([later.hold(dead, 'z'), later.hold(alive, 'z')]).to.deep.equal([true, false])
    expect(store.get('SELECT holder FROM transfers WHERE id = ?', alive)?.holder).to.equal(`${process.ppid}:y`)
  })

  it('is quick with a hundred thousand messages', () => {
    const { inbox, history, shown } = rooms()
    for (let position = 1; position <= 100_000; position++)
      inbox.take(
        text(
          position,
          position % 3 === 0 ? ME : BOB,
          position % 2 === 0 ? 'everyone' : position % 3 === 0 ? [BOB] : [ME],
          `message ${position}`,
        ),
      )
    inbox.flush()
    const filled = worked()
    const pages = Array.from({ length: 100 }, (_, page) =>
      history.page({ conversation: 'everyone', before: stampOf(100_000 - page * 900), limit: 50 }),
    )
    const paged = worked()
    const conversations = history.conversations()
    const listed = worked()
    expect(shown).to.have.length(100_000)
    expect(pages.every(({ length }) => length === 50)).to.equal(true)
    expect(conversations).to.have.length(2)
    // Milliseconds of work, loosely bounded: without an index each would be many times that.
    expect((paged - filled) / 100, 'a page').to.be.lessThan(30)
    expect(listed - paged, 'the list of conversations').to.be.lessThan(500)
  })
})
