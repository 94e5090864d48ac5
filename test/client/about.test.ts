import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import type { ClientEvents, HistoryMessage } from '../../core/client/client.ts'
import { realDisk } from '../../core/client/disk.ts'
import { Emitter } from '../../core/client/emitter.ts'
import { exportLines } from '../../core/client/export.ts'
import { History } from '../../core/client/history.ts'
import { Roster } from '../../core/client/roster.ts'
import { Store } from '../../core/client/store.ts'
import { TransferTable } from '../../core/client/transfer-table.ts'
import { systemClock } from '../../core/protocol/clock.ts'
import type { LoggedBody, Message } from '../../core/protocol/messages.ts'
import { openDatabase } from '../../core/sqlite.ts'

const id = (name: string) => name.padEnd(22, '0')
const [ME, BOB, CAROL] = [id('me'), id('bob'), id('carol')]
const stampOf = (time: number) => `${time.toString(16).padStart(12, '0')}0000@R`

describe('what is said about messages', () => {
  const open: Store[] = []
  afterEach(() => {
    for (const store of open.splice(0)) store.close()
  })

  /** A device's history that takes in these messages in this order. */
  function device(messages: readonly Message[]) {
    const store = new Store('history', { ...realDisk, database: () => openDatabase(':memory:') })
    open.push(store)
    const me = { id: ME, name: 'me' }
    const events = new Emitter<ClientEvents>()
    const roster = new Roster(store, me, events)
    const history = new History(store, roster, me)
    const transfers = new TransferTable({ store, roster, me, events, clock: systemClock })
    for (const message of messages)
      store.transaction(() => {
        history.keep(message)
        transfers.keep(message)
      })
    return { history, roster, transfers }
  }

  let position = 0
  const said = (from: string, body: LoggedBody, own: Partial<Message> = {}): Message => {
    position++
    return { position, stamp: stampOf(position * 1_000), id: randomUUID(), from, audience: 'everyone', body, ...own }
  }
  const seen = (history: History) => history.page({ limit: 20 })
  const brief = (messages: readonly HistoryMessage[]) =>
    messages.map(({ body, edited, gone, reactions = [] }) => [
      gone ? 'gone' : body.kind === 'text' ? body.text : body.kind,
      edited !== undefined,
      reactions.map(({ emoji, users }) => `${emoji}${users.length}`).join(' '),
    ])

  /** All orders of some things. */
  const orders = <T>(things: readonly T[]): T[][] =>
    things.length === 0 ? [[]] : things.flatMap((thing, n) => orders(things.toSpliced(n, 1)).map((rest) => [thing, ...rest]))

  it('comes to the same whatever order it arrives in, before or after the message itself', () => {
    const text = said(BOB, { kind: 'text', text: 'helo' })
    const about = [
      text,
      said(BOB, { kind: 'edit', message: text.id, text: 'hell' }),
      said(CAROL, { kind: 'reaction', message: text.id, emoji: '👍', on: true }),
      said(BOB, { kind: 'edit', message: text.id, text: 'hello' }),
      said(CAROL, { kind: 'reaction', message: text.id, emoji: '👍', on: false }),
    ]
    for (const order of orders(about)) {
      const { history } = device([...order, ...order])
      expect(brief(seen(history))).to.deep.equal([['hello', true, '']])
      expect(history.search('hello', { limit: 5 })).to.have.length(1)
      expect(history.search('helo', { limit: 5 })).to.have.length(0)
    }
    const [message] = seen(device(about).history)
    expect(message?.edited).to.equal((position - 1) * 1_000)
  })

  it('takes a message back for good: its words, its edits and what was put to it are gone from the page and from the search', () => {
    const text = said(BOB, { kind: 'text', text: 'a secret' })
    const other = said(BOB, { kind: 'text', text: 'no secret' })
    const about = [
      text,
      said(BOB, { kind: 'edit', message: text.id, text: 'a secret word' }),
      said(CAROL, { kind: 'reaction', message: text.id, emoji: '😮', on: true }),
      said(BOB, { kind: 'take-back', message: text.id }),
    ]
    for (const order of orders(about)) {
      const { history, roster } = device([other, ...order])
      expect(brief(seen(history))).to.deep.equal([
        ['gone', false, ''],
        ['no secret', false, ''],
      ])
      expect(history.search('secret', { limit: 5 }).map((found) => found.id)).to.deep.equal([other.id])
      expect([...exportLines(history, roster, 'text', undefined)].join()).not.to.include('a secret')
      expect(history.takeNew().every(({ gone }) => !gone)).to.equal(true)
    }
  })

  it('shows where a message was that this device never saw, and nothing where its edits were', () => {
    const first = said(CAROL, { kind: 'text', text: 'first' })
    const erased = said(BOB, { kind: 'gone' })
    const edit = said(BOB, { kind: 'gone' })
    const last = said(CAROL, { kind: 'text', text: 'last' })
    const takeBack = said(BOB, { kind: 'take-back', message: erased.id })
    for (const order of orders([first, erased, edit, last, takeBack]))
      expect(brief(seen(device(order).history)).map(([text]) => text)).to.deep.equal(['first', 'gone', 'last'])
  })

  it('is nobody else’s to say: edits and take-backs of another’s message change nothing', () => {
    const text = said(BOB, { kind: 'text', text: 'mine' })
    const { history } = device([
      text,
      said(CAROL, { kind: 'edit', message: text.id, text: 'not mine' }),
      said(CAROL, { kind: 'take-back', message: text.id }),
    ])
    expect(brief(seen(history))).to.deep.equal([['mine', false, '']])
    expect(history.search('not', { limit: 5 })).to.deep.equal([])
  })

  it('withdraws an offer that is taken back', () => {
    const transfer = randomUUID()
    const offer = said(BOB, { kind: 'offer', transfer, files: [{ path: 'plan.txt', bytes: 5 }], count: 1, bytes: 5 })
    const { history, transfers } = device([offer, said(BOB, { kind: 'take-back', message: offer.id })])
    expect(transfers.get(transfer)?.parts.map(({ state }) => state)).to.deep.equal(['withdrawn'])
    expect(brief(seen(history))).to.deep.equal([['gone', false, '']])
    expect(history.search('plan', { limit: 5 })).to.deep.equal([])
  })

  it('is given out with the history', () => {
    const text = said(BOB, { kind: 'text', text: 'helo' })
    const { history, roster } = device([
      text,
      said(BOB, { kind: 'edit', message: text.id, text: 'hello' }),
      said(ME, { kind: 'reaction', message: text.id, emoji: '👋', on: true }),
      said(ME, { kind: 'text', text: 'hi', reply: text.id }),
    ])
    const [one, two] = [...exportLines(history, roster, 'jsonl', undefined)].map((line) => JSON.parse(line))
    expect(one).to.deep.include({ text: 'hello', reactions: [{ emoji: '👋', users: ['me'] }] })
    expect(one.edited).to.be.a('number')
    expect(two).to.deep.include({ text: 'hi', reply: text.id })
    expect([...exportLines(history, roster, 'text', undefined)].map((line) => line.replace(/^\S+Z /, ''))).to.deep.equal([
      `${BOB} to everyone: hello [edited]`,
      '    👋 me',
      'me to everyone: hi',
    ])
  })
})
