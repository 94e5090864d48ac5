/** The registry's log as it is in the end: whether it can be, after what people asked for, and what it makes everybody see. */
import type { Said, Sent } from './model.ts'
import { Violation } from './world.ts'

export interface Row {
  readonly position: number
  readonly stamp: string
  readonly id: string
  readonly author: string
  /** JSON. */
  readonly body: string
  /** JSON. */
  readonly audience: string
  readonly conversation: string
}

/** A message as people see it. */
export interface Shown {
  readonly row: Row
  /** Its newest words; null when it was taken back. */
  readonly text: string | null
  /** `EMOJI of USER`, sorted. */
  readonly reactions: readonly string[]
}

interface Body {
  readonly kind: 'text' | 'gone' | 'edit' | 'take-back' | 'reaction'
  readonly text?: string
  readonly message?: string
  readonly emoji?: string
  readonly on?: boolean
}

const bodyOf = (row: Row) => JSON.parse(row.body) as Body

/** What no time mends. */
export function checkLog(log: readonly Row[], sends: readonly Sent[], said: readonly Said[]): void {
  const byId = new Map(log.map((row) => [`${row.author} ${row.id}`, row]))
  const byText = new Map<string, Row>()
  let last: Row | null = null
  for (const row of log) {
    if (last && last.stamp >= row.stamp)
      throw new Violation(`stamps and positions disagree on the order of ${last.position} and ${row.position}`)
    last = row
    const { kind, text } = bodyOf(row)
    if (kind !== 'text' || text === undefined) continue
    if (byText.has(text)) throw new Violation(`"${text}" is in the log twice, at ${byText.get(text)?.position} and ${row.position}`)
    byText.set(text, row)
  }
  if (byId.size < log.length) throw new Violation('an id is in the log twice')
  const asked = new Map(sends.map((sent) => [sent.text, sent]))
  for (const [text, row] of byText) {
    const sent = asked.get(text)
    const audience = sent && (sent.to === 'everyone' ? sent.to : [...new Set([...sent.to, sent.user])].sort())
    if (sent?.user !== row.author || JSON.stringify(audience) !== row.audience)
      throw new Violation(`nobody sent "${text}" as the log has it`)
  }
  const takenBack = new Set(said.filter(({ body }) => body.kind === 'take-back').map(({ user, message }) => `${user} ${message}`))
  for (const sent of sends) {
    if (sent.state !== 'acknowledged' && sent.state !== 'queued') continue
    const row = byId.get(`${sent.user} ${sent.id}`)
    if (!row) throw new Violation(`"${sent.text}" was acknowledged at ${sent.acknowledgedAt} and is not in the log`)
    if (sent.state === 'acknowledged' && row.position !== sent.position)
      throw new Violation(`"${sent.text}" was acknowledged as ${sent.position} and is at ${row.position}`)
    const { kind, text } = bodyOf(row)
    if (kind === 'gone' ? !takenBack.has(`${sent.user} ${sent.id}`) : text !== sent.text)
      throw new Violation(`"${sent.text}" is ${row.body} in the log`)
  }
  checkOrder(sends, (sent) => byId.get(`${sent.user} ${sent.id}`) ?? byText.get(sent.text))
  for (const { user, message, body, state } of said) {
    if (state !== 'acknowledged') continue
    const found = log.some((row) => {
      const { kind, ...rest } = bodyOf(row)
      if (row.author !== user || (kind !== body.kind && kind !== 'gone')) return false
      return kind === 'gone' || (rest.message === message && rest.text === body.text && rest.emoji === body.emoji && rest.on === body.on)
    })
    if (!found) throw new Violation(`${JSON.stringify(body)} about ${message} was acknowledged and is not in the log`)
  }
}

/** What a device sent after something was acknowledged stands behind it, and what it queued is in the order in which it did. */
function checkOrder(sends: readonly Sent[], rowOf: (sent: Sent) => Row | undefined): void {
  const newest = new Map<string, Sent>()
  const queued = new Map<string, number>()
  for (const sent of sends) {
    const row = rowOf(sent)
    const earlier = newest.get(sent.device)
    if (row && earlier && earlier.acknowledgedAt < sent.askedAt && earlier.position > row.position)
      throw new Violation(`"${sent.text}" was sent after "${earlier.text}" was acknowledged, but stands before it`)
    if (sent.state === 'acknowledged' && sent.position > (earlier?.position ?? 0)) newest.set(sent.device, sent)
    if (sent.state !== 'queued' || !row) continue
    const before = queued.get(sent.device) ?? 0
    if (row.position < before) throw new Violation(`"${sent.text}" was queued after what is at ${before}, but stands before it`)
    queued.set(sent.device, row.position)
  }
}

/** What the log makes everybody see, in its order. */
export function shownBy(log: readonly Row[]): Shown[] {
  const targets = new Set<string>()
  const words = new Map<string, string>()
  const signs = new Map<string, Set<string>>()
  for (const row of log) {
    const { kind, message = '', text = '', emoji, on } = bodyOf(row)
    if (kind === 'take-back') targets.add(`${row.author} ${message}`)
    else if (kind === 'edit') words.set(`${row.author} ${message}`, text)
    else if (kind === 'reaction') {
      const here = signs.get(message) ?? new Set()
      signs.set(message, here)
      if (on) here.add(`${emoji} of ${row.author}`)
      else here.delete(`${emoji} of ${row.author}`)
    }
  }
  return log.flatMap((row) => {
    const { kind, text = null } = bodyOf(row)
    const key = `${row.author} ${row.id}`
    // What is left of an edit of a message that was taken back is nothing to see.
    if (kind !== 'text' && !(kind === 'gone' && targets.has(key))) return []
    return [{ row, text: kind === 'gone' ? null : (words.get(key) ?? text), reactions: [...(signs.get(row.id) ?? [])].sort() }]
  })
}
