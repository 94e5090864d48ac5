/** The history as lines for other programs or for people, a page at a time: a long one needs no more memory than a short one. */
import type { HistoryMessage } from './client.ts'
import type { History } from './history.ts'

export type ExportFormat = 'jsonl' | 'text'

/** Messages read at once. */
const PAGE = 500

/** Characters that a terminal or an editor might obey (Trojan Source, UTS 55 §3), but for line breaks and tabs. */
const OBEYED = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Oldest first, without line ends; what is only queued is not told. */
export function* exportLines(history: History, format: ExportFormat, conversation: string | undefined): Generator<string> {
  const lines = format === 'jsonl' ? jsonLines : textLines
  let after = ''
  for (;;) {
    const page = history.pageAfter({ conversation, after, limit: PAGE })
    for (const message of page) yield* lines(message)
    const last = page.at(-1)
    if (!last) return
    after = last.stamp
  }
}

/** `{"id","position","sentAt","conversation","from","to":["bob"]|"everyone","text"}`, or `"transfer","files","count","bytes"` of an offer. */
function jsonLines({ id, position, sentAt, conversation, from, to, body }: HistoryMessage): string[] {
  const whom = to === 'everyone' ? to : to.map(({ name }) => name)
  const { kind: _kind, ...what } = body
  return [JSON.stringify({ id, position, sentAt, conversation, from: from.name, to: whom, ...what })]
}

/** `2026-11-22T14:05:09Z alice to bob, carol: …`; further lines are indented, so that none passes for a message. */
function textLines({ sentAt, from, to, body }: HistoryMessage): string[] {
  const whom = to === 'everyone' ? to : to.map(({ name }) => name).join(', ') || 'nobody else'
  const what =
    body.kind === 'text' ? body.text : `[${body.count} files, ${body.bytes} bytes] ${body.files.map(({ path }) => path).join(', ')}`
  const time = `${new Date(sentAt).toISOString().slice(0, 19)}Z`
  return `${time} ${from.name} to ${whom}: ${what}`
    .replaceAll('\r\n', '\n')
    .replace(OBEYED, '\ufffd')
    .split('\n')
    .map((line, index) => (index === 0 ? line : `    ${line}`))
}
