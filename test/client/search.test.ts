import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ClientEvents, FoundMessage } from '../../core/client/client.ts'
import { Emitter } from '../../core/client/emitter.ts'
import { exportLines } from '../../core/client/export.ts'
import { History } from '../../core/client/history.ts'
import { Roster } from '../../core/client/roster.ts'
import { Store } from '../../core/client/store.ts'
import { STORE_SCHEMA } from '../../core/client/store-schema.ts'
import { audienceOf, conversationId } from '../../core/protocol/conversation.ts'
import type { To } from '../../core/protocol/messages.ts'
import { migrate, openDatabase } from '../../core/sqlite.ts'
import { worked } from '../support/work.ts'

const id = (name: string) => name.padEnd(22, '0')
const [ME, BOB] = [id('me'), id('bob')]
const stampOf = (time: number) => `${time.toString(16).padStart(12, '0')}0000@R`
const PAIR = conversationId(audienceOf(ME, [BOB]))

describe('searching the history', () => {
  let folder: string
  let store: Store
  let history: History
  let roster: Roster
  let position = 0
  const file = () => join(folder, 'history.db')
  const open = () => {
    store = new Store(file())
    const me = { id: ME, name: 'me' }
    roster = new Roster(store, me, new Emitter<ClientEvents>())
    roster.online({
      users: [
        { id: ME, name: 'me', presence: 'online', delivered: 0 },
        { id: BOB, name: 'bob', presence: 'online', delivered: 0 },
      ],
      reads: [],
      rooms: [],
    })
    history = new History(store, roster, me)
  }
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'optichat-search-'))
    position = 0
    open()
  })
  afterEach(() => {
    store.close()
    rmSync(folder, { recursive: true })
  })

  const message = (from: string, to: To) => ({
    position: ++position,
    stamp: stampOf(position * 1_000),
    id: randomUUID(),
    from,
    audience: audienceOf(from, to),
  })
  const say = (text: string, to: To = 'everyone') => history.keep({ ...message(BOB, to), body: { kind: 'text', text } })
  const offer = (...paths: string[]) =>
    history.keep({
      ...message(BOB, [ME]),
      body: { kind: 'offer', transfer: randomUUID(), files: paths.map((path) => ({ path, bytes: 1 })), count: paths.length, bytes: 9 },
    })
  const marked = ({ snippet: { text, ranges } }: FoundMessage) =>
    ranges.reduceRight((all, [from, to]) => `${all.slice(0, from)}<${all.slice(from, to)}>${all.slice(to)}`, text)
  const found = (words: string, conversation?: string) =>
    history.search(words, { limit: 10, ...(conversation === undefined ? {} : { conversation }) }).map(marked)

  it('finds all words in any order, the last one also as a beginning, without regard to case and accents, newest first', () => {
    say('Der Schlüssel liegt unter der Matte')
    say('the key is under the mat')
    say('KEYS under water')
    say('a keyboard')
    say('鍵は水の下')
    expect(found('under key')).to.deep.equal(['<KEYS> <under> water', 'the <key> is <under> the mat'])
    expect(found('key')).to.deep.equal(['a <keyboard>', '<KEYS> under water', 'the <key> is under the mat'])
    expect(found('schlussel')).to.deep.equal(['Der <Schlüssel> liegt unter der Matte'])
    expect(found('鍵')).to.deep.equal(['<鍵は水の下>'])
    expect(found('k'), 'a letter is a word').to.deep.equal([])
    expect(found('keyboards'), 'not more than there is').to.deep.equal([])
  })

  it('finds in one conversation only, and names of offered files', () => {
    say('report for all')
    say('report for you', [ME])
    offer('reports/2026 budget.ods', 'notes.txt')
    expect(found('report', 'everyone')).to.deep.equal(['<report> for all'])
    expect(found('report', PAIR)).to.deep.equal(['<reports>/2026 budget.ods\nnotes.txt', '<report> for you'])
    expect(found('budget')).to.deep.equal(['reports/2026 <budget>.ods\nnotes.txt'])
    expect(found('everyone'), 'conversations are no words of people').to.deep.equal([])
  })

  it('reads nothing that people type as a query language', () => {
    say('what "is" AND (this): {text} ^near* - foo-bar:baz')
    for (const words of [
      '"',
      '""',
      '*',
      '(',
      ')',
      'AND',
      'a OR b',
      'NEAR(what this)',
      '{text}:',
      'text:what',
      'what^',
      "';--",
      '-',
      '\0',
      '\u0000what',
      '\ud800',
      ' ',
    ])
      expect(() => found(words), words).not.to.throw()
    expect(found('"is" and (THIS)')).to.have.length(1)
    expect(found('foo-b')).to.deep.equal(['what "is" AND (this): {text} ^near* - <foo-bar>:baz'])
    expect(found('what NOT this'), 'NOT is a word').to.deep.equal([])
    expect(found('text:what'), 'no column').to.deep.equal([])
    expect(found('!!! ...')).to.deep.equal([])
    expect(found('x'.repeat(100_000))).to.deep.equal([])
    expect(found('what '.repeat(10_000))).to.have.length(1)
  })

  it('shows the part of a long text around what was found, whatever stands in it', () => {
    say(`${'before '.repeat(2_000)}needle ${'after '.repeat(2_000)}`)
    say('\ufdd0needles\ufdd1 \ufdd1\ufdd0')
    const [odd, long] = history.search('needle', { limit: 2 })
    expect(long?.snippet.text.length).to.be.lessThan(400)
    const [from, to] = long?.snippet.ranges[0] ?? [0, 0]
    expect(long?.snippet.text.slice(from, to)).to.equal('needle')
    expect(odd && marked(odd)).to.equal('\ufffd<needles>\ufffd \ufffd\ufffd')
  })

  it('finds what an earlier version of the program had stored', () => {
    store.close()
    rmSync(file())
    const database = openDatabase(file())
    migrate(database, STORE_SCHEMA.slice(0, 2))
    const add = (n: number, body: object) =>
      database
        .prepare(`INSERT INTO messages (position, id, stamp, conversation, sender, body) VALUES (?, ?, ?, 'everyone', ?, ?)`)
        .run(n, randomUUID(), stampOf(n), BOB, JSON.stringify(body))
    add(1, { kind: 'text', text: 'an old word' })
    add(2, { kind: 'offer', transfer: randomUUID(), files: [{ path: 'old/file.txt', bytes: 1 }], count: 1, bytes: 1 })
    database.close()
    open()
    say('a new word')
    expect(found('word')).to.deep.equal(['a new <word>', 'an old <word>'])
    expect(found('file')).to.deep.equal(['old/<file>.txt'])
  })

  it('gives the history out as JSON Lines or as text, oldest first, page by page', () => {
    for (let n = 0; n < 1_203; n++) say(`line ${n}`)
    say('two\nlines \u001b[31m', [ME])
    offer('a.txt', 'b.txt')
    const lines = [...exportLines(history, roster, 'jsonl', undefined)].map((line) => JSON.parse(line))
    expect(lines).to.have.length(1_205)
    expect(lines[0]).to.deep.equal({
      id: lines[0].id,
      position: 1,
      sentAt: 1_000,
      conversation: 'everyone',
      from: 'bob',
      to: 'everyone',
      text: 'line 0',
    })
    expect(lines.map((line) => line.position)).to.deep.equal(lines.map((_, index) => index + 1))
    expect(lines[1_204]).to.deep.include({
      to: ['me'],
      count: 2,
      bytes: 9,
      files: [
        { path: 'a.txt', bytes: 1 },
        { path: 'b.txt', bytes: 1 },
      ],
    })
    expect([...exportLines(history, roster, 'text', PAIR)]).to.deep.equal([
      '1970-01-01T00:20:04Z bob to me: two',
      '    lines \ufffd[31m',
      '1970-01-01T00:20:05Z bob to me: [2 files, 9 bytes] a.txt, b.txt',
    ])
  })

  it('answers in an instant among a hundred thousand messages', () => {
    const vocabulary = Array.from({ length: 5_000 }, (_, index) => `w${((index * 2_654_435_761) >>> 0).toString(36)}`)
    store.transaction(() => {
      for (let n = 0; n < 100_000; n++)
        say(
          `common ${Array.from({ length: 10 }, (_, k) => vocabulary[(n * 31 + k * k * 977) % 5_000]).join(' ')} ${n === 777 ? 'rarest' : ''}`,
          n % 1_000 === 0 ? [ME] : 'everyone',
        )
    })
    const times: Record<string, number> = {}
    const time = (what: string, words: string, conversation?: string) => {
      const before = worked()
      const all = history.search(words, { limit: 50, ...(conversation === undefined ? {} : { conversation }) })
      times[what] = worked() - before
      return all
    }
    expect(time('a rare word', 'rarest')).to.have.length(1)
    expect(time('a common word', 'common')).to.have.length(50)
    expect(time('a beginning', 'w1')).to.have.length(50)
    expect(time('several words', `common ${vocabulary[31]} w1`).length).to.be.greaterThan(2)
    expect(time('a common word in a rare conversation', 'common', PAIR)).to.have.length(50)
    expect(time('nothing', 'common nowhere')).to.have.length(0)
    if (process.env.OPTICHAT_MEASURE) process.stdout.write(`${JSON.stringify(times)}\n`)
    // Milliseconds of work. The median: the engine may have tidied up its memory in one of them.
    const sorted = Object.values(times).sort((a, b) => a - b)
    expect(sorted[3], JSON.stringify(times)).to.be.lessThan(50)
  })
})
