/** The history as lines for other programs or for people, a page at a time: a long one needs no more memory than a short one. */
import type { UserId } from '../protocol/messages.ts'
import type { HistoryMessage } from './client.ts'
import type { History } from './history.ts'
import type { Roster } from './roster.ts'

export type ExportFormat = 'jsonl' | 'text'

/** Messages read at once. */
const PAGE = 500

/** Characters that a terminal or an editor might obey (Trojan Source, UTS 55 §3), but for line breaks and tabs. */
const OBEYED = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Oldest first, without line ends; what is only queued is not told. */
export function* exportLines(history: History, roster: Roster, format: ExportFormat, conversation: string | undefined): Generator<string> {
  const lines = format === 'jsonl' ? jsonLines : textLines
  const name = (id: UserId) => roster.user(id).name
  let after = ''
  for (;;) {
    const page = history.pageAfter({ conversation, after, limit: PAGE })
    for (const message of page) yield* lines(message, name)
    const last = page.at(-1)
    if (!last) return
    after = last.stamp
  }
}

/**
 * `{"id","position","sentAt","conversation","room"?,"from","to":["bob"]|"everyone","text"}`, or `"transfer","files","count","bytes"` of an
 * offer; `"reply"`, `"edited"`, `"gone"` and `"reactions":[{"emoji","users":["bob"]}]` where it applies.
 */
function jsonLines(message: HistoryMessage, name: (id: UserId) => string): string[] {
  const { id, position, sentAt, conversation, room, from, body, edited, gone } = message
  const to = message.to === 'everyone' ? message.to : message.to.map((user) => user.name)
  const { kind: _kind, ...what } = body
  const reactions = message.reactions?.map(({ emoji, users }) => ({ emoji, users: users.map(name) }))
  return [JSON.stringify({ id, position, sentAt, conversation, room: room?.name, from: from.name, to, ...what, edited, gone, reactions })]
}

/** `2026-11-22T14:05:09Z alice to bob, carol: …`; further lines are indented, so that none passes for a message. */
function textLines(message: HistoryMessage, name: (id: UserId) => string): string[] {
  const { sentAt, from, to, room, body, edited, gone } = message
  const whom = room?.name ?? (to === 'everyone' ? to : to.map((user) => user.name).join(', ') || 'nobody else')
  const said =
    body.kind === 'text' ? body.text : `[${body.count} files, ${body.bytes} bytes] ${body.files.map(({ path }) => path).join(', ')}`
  const time = `${new Date(sentAt).toISOString().slice(0, 19)}Z`
  const signs = message.reactions?.map(({ emoji, users }) => `\n${emoji} ${users.map(name).join(', ')}`).join('') ?? ''
  return `${time} ${from.name} to ${whom}: ${gone ? '[taken back]' : said}${edited === undefined ? '' : ' [edited]'}${signs}`
    .replaceAll('\r\n', '\n')
    .replace(OBEYED, '\ufffd')
    .split('\n')
    .map((line, index) => (index === 0 ? line : `    ${line}`))
}
