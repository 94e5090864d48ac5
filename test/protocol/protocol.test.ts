import { expect } from 'chai'
import { audienceOf, conversationId } from '../../core/protocol/conversation.ts'
import { asOptiChatError, ERROR_CODES, nextStep, OptiChatError } from '../../core/protocol/errors.ts'
import { MAX_FRAME, MAX_TEXT } from '../../core/protocol/limits.ts'
import { displayName, nameKey } from '../../core/protocol/name.ts'
import {
  formatError,
  formatEvent,
  formatReply,
  formatRequest,
  parseRegistryFrame,
  parseReply,
  parseRequest,
  RefusedFrame,
} from '../../core/protocol/parse.ts'
import { because, parseReason } from '../../core/protocol/reasons.ts'
import { StampClock, stampTime } from '../../core/protocol/stamp.ts'

const [a, b, c] = ['a'.repeat(22), 'b'.repeat(22), 'c'.repeat(22)]
const id = '00000000-0000-4000-8000-000000000001'

describe('frames', () => {
  it('come back as they were sent', () => {
    const body = { id, to: [b], body: { kind: 'text' as const, text: 'hallo ü 😀' } }
    expect(parseRequest(formatRequest('send', 7, body))).to.deep.equal({ verb: 'send', n: 7, body })
    expect(parseRegistryFrame(formatEvent('synced', { position: 9 }))).to.deep.equal({
      kind: 'event',
      event: 'synced',
      body: { position: 9 },
    })
    const reply = parseRegistryFrame(formatReply('send', 7, { position: 3, stamp: 's' }))
    expect(reply).to.deep.equal({ kind: 'reply', n: 7, body: { position: 3, stamp: 's' } })
    expect(parseReply('send', { position: 3, stamp: 's' })).to.deep.equal({ position: 3, stamp: 's' })
  })

  it('carry an error with its code, its request and when to try again', () => {
    const frame = parseRegistryFrame(formatError(4, new OptiChatError('slow-down', 'three wrong passwords', { retryAfter: 2000 })))
    expect(frame).to.deep.equal({ kind: 'error', n: 4, code: 'slow-down', about: 'three wrong passwords', retryAfter: 2000 })
  })

  it('carry why as a code with values, beside the English words for whoever does not know it', () => {
    const error = new OptiChatError('room-full', because('room-members-full', { most: 50 }))
    expect(error.message).to.equal('The room has no place left. (50 members at most)')
    const text = formatError(4, error)
    expect(JSON.parse(text)).to.include({ detail: '50 members at most' })
    expect(parseRegistryFrame(text)).to.have.property('about').that.deep.equals(error.reason)
    const frame = { error: 'room-full', n: 4, detail: 'full' }
    const reasons = [{ code: 'new-one', values: {} }, { code: 'room-members-full', values: { most: '50' } }, { code: 'wait' }, 'x', null, 7]
    for (const reason of [...reasons, { code: 'constructor', values: {} }])
      expect(parseRegistryFrame(JSON.stringify({ ...frame, reason }))).to.have.property('about', 'full')
    const long = { code: 'something-there', values: { path: 'x'.repeat(999), more: 1 } }
    expect(parseReason(long)).to.deep.equal({ code: 'something-there', values: { path: 'x'.repeat(300) } })
  })

  for (const [what, text] of Object.entries({
    'no JSON': '{"verb":',
    'an array': '[]',
    null: 'null',
    'no request number': '{"verb":"logout"}',
    'a negative request number': '{"verb":"logout","n":-1}',
    'an unknown verb': '{"verb":"fly","n":1}',
    'a verb named like a method of objects': '{"verb":"constructor","n":1}',
    'a missing field': '{"verb":"sync","n":1}',
    'a field too many': '{"verb":"logout","n":1,"admin":true}',
    'a wrong type': '{"verb":"sync","n":1,"after":"0"}',
    'a position past what numbers hold': '{"verb":"sync","n":1,"after":1e300}',
    'an empty text': JSON.stringify({ verb: 'send', n: 1, id, to: 'everyone', body: { kind: 'text', text: '' } }),
    'an empty audience': JSON.stringify({ verb: 'send', n: 1, id, to: [], body: { kind: 'text', text: 'x' } }),
    'a text too long': JSON.stringify({ verb: 'send', n: 1, id, to: 'everyone', body: { kind: 'text', text: 'x'.repeat(MAX_TEXT + 1) } }),
    'a frame too large': `{"verb":"logout","n":1,"x":"${'x'.repeat(MAX_FRAME)}"}`,
  })) {
    it(`are refused with a code for ${what}`, () => {
      expect(() => parseRequest(text)).to.throw(RefusedFrame)
    })
  }

  it('name the refused request where its number could be read', () => {
    try {
      parseRequest('{"verb":"sync","n":12}')
      expect.fail('it was taken')
    } catch (error) {
      expect(error).to.have.property('n', 12)
      expect(error).to.have.property('code', 'bad-frame')
    }
  })

  it('of a registry are checked as strictly', () => {
    for (const text of ['{}', '{"event":"fly"}', '{"event":"synced","position":-1}', '{"reply":"x"}', '{"event":"toString"}'])
      expect(() => parseRegistryFrame(text)).to.throw(RefusedFrame)
    expect(() => parseReply('send', { position: 'x' })).to.throw(RefusedFrame)
    expect(parseRegistryFrame('{"error":"no-such-code","n":1}')).to.have.property('code', 'internal')
  })
})

describe('errors', () => {
  it('each have a sentence that ends, and say what to do unless there is nothing to do', () => {
    for (const code of ERROR_CODES) {
      expect(new OptiChatError(code).message, code).to.match(/^[A-Z].*\.$/)
      if (!['declined', 'cancelled'].includes(code)) expect(nextStep(code), code).to.match(/^[A-Z].*\.$/)
    }
  })

  it('keep their cause when they are none of ours', () => {
    const cause = new Error('boom')
    expect(asOptiChatError(cause)).to.include({ code: 'internal', cause })
    const own = new OptiChatError('declined')
    expect(asOptiChatError(own)).to.equal(own)
  })
})

describe('a conversation', () => {
  it('is the same for all who are in it, in whatever order they were named', () => {
    expect(audienceOf(a, [c, b, b])).to.deep.equal([a, b, c])
    expect(conversationId(audienceOf(a, [b, c]))).to.equal(conversationId(audienceOf(c, [a, b])))
    expect(conversationId(audienceOf(a, [b]))).to.not.equal(conversationId(audienceOf(a, [c])))
    expect(conversationId(audienceOf(a, 'everyone'))).to.equal('everyone')
    expect(conversationId([a, b])).to.have.length(43)
  })
})

describe('stamps', () => {
  it('only go forward, also when the wall clock goes back or stands still', () => {
    let now = 1_000
    const clock = new StampClock('r', () => now)
    const stamps = [clock.next(), clock.next()]
    now = 500
    stamps.push(clock.next())
    now = 2_000
    stamps.push(clock.next())
    expect([...stamps].sort()).to.deep.equal(stamps)
    expect(new Set(stamps).size).to.equal(4)
    expect(stampTime(stamps[3] ?? '')).to.equal(2_000)
  })

  it('go on after a restart where the last one was', () => {
    const last = new StampClock('r', () => 5_000).next()
    expect(new StampClock('r', () => 10, last).next() > last).to.equal(true)
  })

  it('survive more than 65,536 in one millisecond', () => {
    const clock = new StampClock('r', () => 1)
    let last = ''
    for (let i = 0; i < 70_000; i++) {
      const stamp = clock.next()
      if (stamp <= last) expect.fail(`${stamp} after ${last}`)
      last = stamp
    }
  })
})

describe('names', () => {
  it('are one in any case and width', () => {
    expect(nameKey('Alice')).to.equal(nameKey(' ALICE '))
    expect(nameKey('Ａｌｉｃｅ')).to.equal('alice')
  })

  it('may be written in any one alphabet', () => {
    for (const name of ['Alice', 'Jürgen O.', 'Иван', '山田 たろう', 'नीरज', 'محمد', 'Γιώργος', 'R2-D2'])
      expect(displayName(name)).to.equal(name)
  })

  it('are refused when they are empty, long, mixed, look like others, hide characters or mean everybody', () => {
    for (const name of ['', '   ', '...', 'x'.repeat(41), 'аlice', 'асе', 'a\u202eb', 'a\u200bb', 'a\nb', 'a/b', 'Everyone', '<b>'])
      expect(() => displayName(name), JSON.stringify(name)).to.throw(OptiChatError)
  })
})
