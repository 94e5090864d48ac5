import { expect } from 'chai'
import { ERROR_CODES } from '../../../core/protocol/errors.ts'
import { because } from '../../../core/protocol/reasons.ts'
import type { Bridge, HistoryMessage } from '../../../desktop/bridge.ts'
import { audienceFor, conversationKey, conversationTitle, peopleOf } from '../../../desktop/ui/audience.ts'
import { bytes, day, duration, fingerprintGroups, lastSeen, names, timeOfDay, took } from '../../../desktop/ui/format.ts'
import { FOLLOWED, Histories, MOST, merge } from '../../../desktop/ui/histories.ts'
import { Rates } from '../../../desktop/ui/rates.ts'
import { progressLine, sentLine } from '../../../desktop/ui/transfers/transfer-words.ts'
import { asBridgeError, type TerminalCode, wordsFor } from '../../../desktop/ui/words.ts'
import { bob, carol, conversation, dan, inRoom, me, message, room, roomConversation, START, signedIn } from './people.ts'

describe('how the window says things', () => {
  it('amounts of bytes never show four digits of a smaller unit', () => {
    const shown = ['0 bytes', '1 byte', '999 bytes', '1.0 kB', '999 kB', '1.0 MB', '12.4 MB', '5.0 GB', '3.0 PB']
    expect([0, 1, 999, 1_000, 999_400, 999_500, 12_400_000, 5e9, 3e15].map(bytes)).to.deep.equal(shown)
  })

  it('times left are rough, times taken are exact', () => {
    expect([2, 32, 61, 3_600, 7_900].map(duration)).to.deep.equal(['a few seconds', '35 sec', '2 min', '1 hr', '2 hr 12 min'])
    expect([0.42, 12.3, 80].map(took)).to.deep.equal(['0.4 sec', '12 sec', '2 min'])
  })

  it('days are named as people name them', () => {
    const hour = 3_600_000
    const shown = ['Today', 'Yesterday', 'Friday', 'April 12', 'July 16, 2024']
    expect([0, 1, 3, 30, 300].map((days) => day(START - days * 24 * hour, START))).to.deep.equal(shown)
    expect(timeOfDay(START).replace(/\s/, ' '), 'as a clock shows it').to.equal('9:30 AM')
    expect(lastSeen(undefined, START)).to.equal('not seen yet')
    expect(lastSeen(START - 30_000, START)).to.equal('last seen just now')
    expect(lastSeen(START - 24 * hour, START)).to.equal('last seen yesterday')
  })

  it('long lists of names end in a count, and fingerprints come in groups of four', () => {
    expect(names(['Bob'])).to.equal('Bob')
    expect(names(['A', 'B', 'C', 'D', 'E', 'F'])).to.equal('A, B, C, and 3 more')
    expect(fingerprintGroups('3fa9c05e')).to.deep.equal(['3FA9', 'C05E'])
  })

  it('progress tells amount, speed and what is left, or that nothing moves', () => {
    expect(progressLine(1_000_000, 3_000_000, null)).to.equal('1.0 MB of 3.0 MB')
    expect(progressLine(1_000_000, 3_000_000, 100_000)).to.equal('1.0 MB of 3.0 MB · 100 kB/s · 20 sec left')
    expect(progressLine(1_000_000, 3_000_000, 0)).to.equal('1.0 MB of 3.0 MB · stalled')
    expect(sentLine({ user: bob, state: 'failed', bytes: 0, code: 'disk-full' })).to.equal('Bob: The disk is full. Bob can try again.')
  })

  it('speed is an average of the last seconds, and unknown at first', () => {
    const rates = new Rates()
    rates.note('x', 0, 0)
    expect(rates.of('x')).to.equal(null)
    for (let at = 1_000; at <= 20_000; at += 1_000) rates.note('x', at < 10_000 ? at : at * 10, at)
    expect(rates.of('x')).to.equal(10_000)
    rates.note('x', 5, 21_000)
    expect(rates.of('x'), 'begun again').to.equal(null)
  })

  it('errors are told in the window’s own words, which need no terminal, with what they happened to; anything thrown becomes one', () => {
    const error = { code: 'no-registry', message: 'None.', next: 'Start one with "optichat registry".' }
    expect(asBridgeError(error)).to.deep.equal({
      code: 'no-registry',
      message: 'No registry was found on this network.',
      next: 'Type its address, or start one on this computer.',
    })
    const told = (error: unknown) => asBridgeError(error).message.replaceAll(/[\u2068\u2069]/g, '')
    const full = { code: 'disk-full', message: 'The disk is full. (/home)', next: '', detail: '/home' }
    expect(told(full)).to.equal('The disk is full. (/home)')
    expect(told({ ...full, detail: undefined, reason: because('space-short', { needed: 3e9, free: 1e9 }) })).to.equal(
      'The disk is full. 3.0 GB are needed, 1.0 GB are free.',
    )
    expect(told('boom'), 'of the page, which keeps no log').to.equal('Something went wrong inside OptiChat. (boom)')
    expect(told({ code: 'internal', message: 'x', next: '', detail: 'ENGINE' })).to.equal('Something went wrong inside OptiChat.')
    expect(told({ code: 'timed-out', message: 'x', next: '', detail: 'login-start' })).to.equal('No answer came in time.')
    expect(wordsFor('registry-unreachable').message).to.equal('The registry does not answer.')
    expect(wordsFor(undefined).message).to.equal('Something went wrong.')
  })

  it('every code that the window can meet has words of its own, none of which name a command', () => {
    const terminal: Record<TerminalCode, true> = {
      'several-registries': true,
      'folder-not-empty': true,
      'backup-failed': true,
      'backup-damaged': true,
    }
    for (const code of ERROR_CODES.filter((code) => !Object.hasOwn(terminal, code))) {
      const { message, next } = wordsFor(code)
      expect(message, code).to.match(/\.$/).and.not.equal(wordsFor(undefined).message)
      expect(`${message} ${next}`, code).to.not.match(/"optichat|--\w/)
    }
  })
})

describe('the audience', () => {
  const people = (ids: string[] = []) => ({ people: new Set(ids), room: null })
  const pair = conversation('c', [bob, carol], message(1, bob, 'x'))
  const self = conversation('s', [], message(1, me, 'x'))
  const view = signedIn({ conversations: [pair, self] })

  it('is everyone when nobody is selected, and the conversation of exactly the people selected', () => {
    expect(audienceFor(view, people()).to).to.equal('everyone')
    const two = audienceFor(view, people([carol.id, bob.id]))
    expect(two.conversation).to.equal(pair)
    expect(two.to).to.deep.equal([bob.id, carol.id])
    expect(audienceFor(view, people([bob.id])).conversation).to.equal(null)
    expect(audienceFor(view, people(peopleOf(pair, me))).key).to.equal(conversationKey(pair))
  })

  it('is named alike in the list and at the head of the conversation, whoever is first in either', () => {
    const turned = conversation('c', [carol, bob], message(1, bob, 'x'))
    expect(conversationTitle(turned)).to.equal('Bob and Carol')
    expect(audienceFor(signedIn({ conversations: [turned] }), people([carol.id, bob.id])).title).to.equal('Bob and Carol')
  })

  it('may be oneself, for notes', () => {
    const own = audienceFor(view, people(peopleOf(self, me)))
    expect(own.conversation).to.equal(self)
    expect(own.to).to.deep.equal([me.id])
    expect(own.label).to.equal('To yourself — only you')
  })

  it('names people who have left the roster but are in a conversation', () => {
    const left = { ...view, roster: view.roster.filter((one) => one.id !== bob.id) }
    expect(audienceFor(left, people([bob.id, dan.id])).label).to.equal('To Bob and Dan — 2 people')
  })

  it('of a room is the room, never the people who happen to be in it; it stays so when one is not in it any more', () => {
    const kitchen = room('Kitchen', [me, bob, carol])
    const spoken = roomConversation(kitchen, inRoom(kitchen, 2, bob, 'x'))
    const both = { ...view, rooms: [kitchen], conversations: [pair, spoken] }
    const chosen = { people: new Set<string>(), room: { id: kitchen.id, name: 'Kitchen' } }
    const audience = audienceFor(both, chosen)
    expect(audience.to).to.deep.equal({ room: kitchen.id })
    expect(audience.label).to.equal('To room Kitchen — 2 people')
    expect(audience.conversation).to.equal(spoken)
    expect(audience.outside).to.equal(null)
    expect(audienceFor(both, people([bob.id, carol.id])).conversation).to.equal(pair)
    const left = audienceFor({ ...both, rooms: [] }, chosen)
    expect(left.to).to.deep.equal({ room: kitchen.id })
    expect(left.outside).to.deep.equal({ open: false })
    expect(left.label).to.equal('You are not in room Kitchen')
  })
})

describe('what is kept of histories', () => {
  const all = Array.from({ length: 1_000 }, (_, n) => message(n, bob, `${n}`))

  it('messages are in the order of their stamps, each once, the newer word on one winning', () => {
    const [a, b, c] = all as [HistoryMessage, HistoryMessage, HistoryMessage]
    const read = { ...b, receipts: { delivered: [bob.id], read: [] } }
    expect(merge([a, b], [c])).to.deep.equal([a, b, c])
    expect(merge([a, c], [b])).to.deep.equal([a, b, c])
    expect(merge([a, b, c], [read])).to.deep.equal([a, read, c])
    expect(merge([c], [a, b, c])).to.deep.equal([a, b, c])
    const [first, second] = ['1', '2'].map((n) => ({ ...b, id: `queued${n}`, stamp: `~${n}` })) as [HistoryMessage, HistoryMessage]
    const sent = { ...second, stamp: b.stamp }
    expect(merge([a, first, second, c], [sent]), 'a queued one takes its place when it is sent').to.deep.equal([a, sent, c, first])
  })

  const host = {
    call: async (_: string, { before, after, limit }: { before?: string; after?: string; limit: number }) =>
      after === undefined
        ? all.filter(({ stamp }) => before === undefined || stamp < before).slice(-limit)
        : all.filter(({ stamp }) => stamp > after).slice(0, limit),
  } as unknown as Bridge
  const texts = ({ messages }: { messages: readonly HistoryMessage[] }) =>
    messages.map(({ body }) => (body.kind === 'text' ? Number(body.text) : -1))
  const runs = (numbers: number[]) => numbers.every((number, index) => index === 0 || number === (numbers[index - 1] ?? 0) + 1)

  it('at most 400 are here, and one can move over all of them and back, missing none', async () => {
    const histories = new Histories(host, () => undefined)
    const now = () => histories.get('everyone')
    await histories.open('everyone')
    for (let n = 0; n < 42; n++) {
      await histories.older('everyone')
      expect(now().messages.length).to.be.at.most(MOST)
      expect(runs(texts(now()))).to.equal(true)
    }
    expect(now()).to.include({ complete: true, live: false })
    expect(texts(now()).at(0)).to.equal(0)
    for (let n = 0; n < 42; n++) await histories.newer('everyone')
    expect(now()).to.include({ complete: false, live: true })
    expect(texts(now()).at(-1)).to.equal(999)
    expect(runs(texts(now()))).to.equal(true)
  })

  it('one can go to any message, from there both ways, and back to the newest', async () => {
    const histories = new Histories(host, () => undefined)
    await histories.open('everyone')
    const [hit] = all.slice(300)
    if (!hit) throw new Error('no message')
    await histories.to('everyone', hit)
    expect(texts(histories.get('everyone')))
      .to.include(300)
      .and.have.lengthOf(50)
    expect(histories.get('everyone')).to.include({ complete: false, live: false })
    await histories.newer('everyone')
    await histories.older('everyone')
    expect(runs(texts(histories.get('everyone')))).to.equal(true)
    await histories.toNewest('everyone')
    expect(texts(histories.get('everyone')).at(-1)).to.equal(999)
    expect(histories.get('everyone').live).to.equal(true)
  })

  it('what is new follows the end, waits below while older ones are read, and is never shown behind a gap', async () => {
    const histories = new Histories(host, () => undefined)
    await histories.open('everyone')
    for (let n = 0; n < 14; n++) await histories.older('everyone')
    const newest = () => texts(histories.get('everyone')).at(-1)
    for (let n = 1_000; n < 1_025; n++) histories.add(message(n, bob, `${n}`), true)
    expect(newest()).to.equal(1_024)
    expect(histories.get('everyone').messages).to.have.lengthOf(MOST)
    histories.add(message(1_025, bob, '1025'), true)
    expect(newest()).to.equal(1_024)
    expect(histories.get('everyone')).to.include({ live: false })
    histories.add(message(1_026, bob, '1026'))
    expect(newest()).to.equal(1_024)
  })

  it('who only follows what is new keeps no more of it than a screen needs, however much comes; older ones are fetched again', async () => {
    const histories = new Histories(host, () => undefined)
    await histories.open('everyone')
    for (let n = 0; n < 14; n++) await histories.older('everyone')
    const before = histories.get('everyone').messages.length
    histories.add(message(1_000, bob, '1000'))
    expect(histories.get('everyone').messages.length, 'a few at a time').to.be.within(before - 16, before)
    for (let n = 1_001; n < 1_100; n++) histories.add(message(n, bob, `${n}`))
    expect(texts(histories.get('everyone'))).to.deep.equal(Array.from({ length: FOLLOWED }, (_, n) => 1_100 - FOLLOWED + n))
    expect(histories.get('everyone')).to.include({ complete: false, live: true })
    await histories.older('everyone')
    expect(texts(histories.get('everyone')).at(0)).to.equal(1_100 - FOLLOWED - 25)
  })

  it('what arrives while a page is on its way is not lost, and a page asked before signing out is not kept', async () => {
    let answer: (page: HistoryMessage[]) => void = () => undefined
    const call = () => new Promise<HistoryMessage[]>((resolve) => (answer = resolve))
    const histories = new Histories({ call } as unknown as Bridge, () => undefined)
    const [a, b] = all as [HistoryMessage, HistoryMessage]
    const opening = histories.open('everyone')
    histories.add(b)
    answer([a])
    await opening
    expect(histories.get('everyone').messages).to.deep.equal([a, b])
    histories.forget()
    const again = histories.open('everyone')
    histories.forget()
    answer([a])
    await again
    expect(histories.get('everyone').messages).to.deep.equal([])
  })
})
