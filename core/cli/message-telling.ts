/** How messages and offers are told: the documented objects for scripts, and a line for people. */
import type { Client, FoundMessage, HistoryMessage } from '../client/client.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { UserId } from '../protocol/messages.ts'
import type { Output } from './output.ts'
import { filesText } from './telling.ts'
import { excerpt, oneLine, paragraph, timeText } from './text.ts'

export const MESSAGE_FIELDS =
  '{"event":"message","id","from","to":["bob"]|"everyone","text","sentAt","position"} (where it applies: "room", "reply" (an id), "edited" (when), "gone":true, "reactions":[{"emoji","users":["bob"]}], "state":"queued"|"refused" of one not sent)'
export const OFFER_FIELDS = '{"event":"offer","id","transfer","from","files":[{"path","bytes"}],"count","bytes","sentAt","position"}'

/** Characters of an id that are shown to people: hardly anybody has two messages that end alike. */
const ID_SHOWN = 8

/** A text or an offer, new or out of the history. `sentAt` is milliseconds since 1970. `ids`: people see its id, too. */
export function tellMessage(output: Output, client: Client, message: HistoryMessage, ids = false): void {
  output.tell(messageFields(client, message), `${headText(client, message, ids)}${saidText(message)}`)
}

/** One that was searched for: the part that was found, with the words that were looked for emphasised. */
export function tellFound(output: Output, client: Client, message: FoundMessage, ids = false): void {
  const { text, ranges } = message.snippet
  let [shown, end] = ['', 0]
  for (const [from, to] of ranges) {
    shown += `${paragraph(text.slice(end, from))}${output.emphasised(paragraph(text.slice(from, to)))}`
    end = to
  }
  shown += paragraph(text.slice(end))
  const offers = message.body.kind === 'offer' ? ' offers' : ''
  output.tell({ ...messageFields(client, message), snippet: message.snippet }, `${headText(client, message, ids)}${offers}: ${shown}`)
}

/** Whom it is for, by name: `everyone`, `alice, bob`, `the room Design`. */
export function audienceOfText({ to, room }: HistoryMessage): string {
  if (room) return `the room ${oneLine(room.name)}`
  return to === 'everyone' ? to : to.map(({ name }) => oneLine(name)).join(', ') || 'a note to oneself'
}

/** `“Lunch at …”`, or the files of an offer. */
export function quoted({ body, gone }: HistoryMessage): string {
  if (gone) return 'what was taken back'
  return `“${excerpt(body.kind === 'text' ? body.text : filesText(body))}”`
}

/** The name of somebody who put a sign to a message. */
export function nameOf(client: Client, id: UserId): string {
  return client.roster().find((user) => user.id === id)?.name ?? id
}

function messageFields(client: Client, message: HistoryMessage): Record<string, unknown> {
  const { id, from, sentAt, position, body, room, replyTo, edited, gone, state, code } = message
  const to = message.to === 'everyone' ? message.to : message.to.map(({ name }) => name)
  const reactions = message.reactions?.map(({ emoji, users }) => ({ emoji, users: users.map((user) => nameOf(client, user)) }))
  const whom = { from: from.name, to, ...(room ? { room: room.name } : {}) }
  const more = {
    sentAt,
    position,
    ...(replyTo ? { reply: replyTo } : {}),
    ...(edited === undefined ? {} : { edited }),
    ...(gone ? { gone } : {}),
    ...(reactions ? { reactions } : {}),
    ...(state ? { state } : {}),
    ...(code ? { code } : {}),
  }
  if (body.kind === 'text') return { event: 'message', id, ...whom, text: body.text, ...more }
  const { transfer, files, count, bytes } = body
  return { event: 'offer', id, transfer, ...whom, files, count, bytes, ...more }
}

/** `2026-11-22 14:05 [1f0c9a3e] alice → bob (in reply to “Lunch?”; edited; 👍 bob)`: all we say stands before what others said. */
function headText(client: Client, message: HistoryMessage, ids: boolean): string {
  const { id, sentAt, from, replyTo, edited, gone, reactions = [], state, code } = message
  const answered = replyTo === undefined ? null : client.message(replyTo)
  const notes = [
    ...(answered ? [`in reply to ${quoted(answered)}`] : replyTo === undefined ? [] : ['a reply']),
    ...(gone ? ['taken back'] : edited === undefined ? [] : ['edited']),
    ...reactions.map(({ emoji, users }) => `${oneLine(emoji)} ${users.map((user) => oneLine(nameOf(client, user))).join(', ')}`),
    ...(state === 'queued' ? [state] : state === 'refused' ? [`not sent: ${new OptiChatError(code ?? 'internal').message}`] : []),
  ]
  const head = `${timeText(sentAt)} ${ids ? `[${id.slice(-ID_SHOWN)}] ` : ''}${oneLine(from.name)} → ${audienceOfText(message)}`
  return notes.length > 0 ? `${head} (${notes.join('; ')})` : head
}

function saidText({ body, gone }: HistoryMessage): string {
  if (gone) return ''
  return body.kind === 'text' ? `: ${paragraph(body.text)}` : ` offers ${filesText(body)}`
}
