/** How messages, offers and transfers are told: the documented objects for scripts, and a line for people. */
import type { FoundMessage, HistoryMessage, Transfer, TransferPart } from '../client/client.ts'
import { type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Output } from './output.ts'
import { bytesText, countText, oneLine, paragraph, timeText } from './text.ts'

export const MESSAGE_FIELDS =
  '{"event":"message","id","from","to":["bob"]|"everyone","text","sentAt","position"} ("state":"queued"|"refused" of one not sent)'
export const OFFER_FIELDS = '{"event":"offer","id","transfer","from","files":[{"path","bytes"}],"count","bytes","sentAt","position"}'

/** Characters of an id that are shown to people: nobody has two messages that begin alike. */
const ID_SHOWN = 8

/** A text or an offer, new or out of the history. `sentAt` is milliseconds since 1970. `ids`: people see its id, too. */
export function tellMessage(output: Output, message: HistoryMessage, ids = false): void {
  output.tell(messageFields(message), `${headText(message, ids)}${saidText(message)}${stateText(message)}`)
}

/** One that was searched for: the part that was found, with the words that were looked for emphasised. */
export function tellFound(output: Output, message: FoundMessage, ids = false): void {
  const { text, ranges } = message.snippet
  let [shown, end] = ['', 0]
  for (const [from, to] of ranges) {
    shown += `${paragraph(text.slice(end, from))}${output.emphasised(paragraph(text.slice(from, to)))}`
    end = to
  }
  shown += paragraph(text.slice(end))
  output.tell({ ...messageFields(message), snippet: message.snippet }, `${headText(message, ids)}${offerText(message)}: ${shown}`)
}

function messageFields(message: HistoryMessage): Record<string, unknown> {
  const { id, from, sentAt, position, body, state, code } = message
  const to = message.to === 'everyone' ? message.to : message.to.map(({ name }) => name)
  const more = { sentAt, position, ...(state ? { state } : {}), ...(code ? { code } : {}) }
  if (body.kind === 'text') return { event: 'message', id, from: from.name, to, text: body.text, ...more }
  const { transfer, files, count, bytes } = body
  return { event: 'offer', id, transfer, from: from.name, to, files, count, bytes, ...more }
}

/** `2026-11-22 14:05 [1f0c9a3e] alice → bob, carol` */
function headText({ id, sentAt, from, to }: HistoryMessage, ids: boolean): string {
  const names = to === 'everyone' ? to : to.map(({ name }) => oneLine(name)).join(', ') || 'a note to oneself'
  return `${timeText(sentAt)} ${ids ? `[${id.slice(0, ID_SHOWN)}] ` : ''}${oneLine(from.name)} → ${names}`
}

function saidText({ body }: HistoryMessage): string {
  return body.kind === 'text' ? `: ${paragraph(body.text)}` : ` offers ${filesText(body)}`
}

const offerText = ({ body }: HistoryMessage) => (body.kind === 'offer' ? ' offers' : '')

function stateText({ state, code }: HistoryMessage): string {
  if (state === undefined) return ''
  return state === 'queued' ? ' (queued)' : ` (not sent: ${new OptiChatError(code ?? 'internal').message})`
}

/** `film.mkv, 700 MB` or `12 files, 3.1 MB: a.txt, b.txt, …` */
export function filesText({ files, count, bytes }: Pick<Transfer, 'files' | 'count' | 'bytes'>): string {
  const [only] = files
  if (count === 1 && only) return `${oneLine(only.path)}, ${bytesText(bytes)}`
  const some = files.slice(0, 3).map(({ path }) => oneLine(path))
  return `${countText(count, 'file')}, ${bytesText(bytes)}${some.length > 0 ? `: ${some.join(', ')}${count > some.length ? ', …' : ''}` : ''}`
}

/** Our own part of a transfer we receive. */
export function ownPart(transfer: Transfer): TransferPart {
  const [part] = transfer.parts
  if (!part) throw new OptiChatError('internal', 'a received transfer has no part of ours')
  return part
}

export function tellReceived(output: Output, transfer: Transfer): void {
  const { id, from, paths = [], bytes } = transfer
  output.tell(
    { event: 'received', transfer: id, from: from.name, paths, bytes },
    `received ${bytesText(bytes)} from ${oneLine(from.name)}: ${paths.map(oneLine).join(', ')}`,
  )
}

/** Nothing failed: the app, or another command, is at it. */
export function tellElsewhere(output: Output, transfer: Transfer): void {
  const { id, from } = transfer
  output.tell({ event: 'elsewhere', transfer: id, from: from.name })
  output.warn(
    `optichat: ${filesText(transfer)} from ${oneLine(from.name)}: another OptiChat on this profile is receiving it, into its folder.`,
  )
}

export function tellFailed(output: Output, transfer: Transfer, code: ErrorCode): void {
  const { message, next } = new OptiChatError(code)
  output.tell({ event: 'failed', transfer: transfer.id, from: transfer.from.name, code, message, next })
  output.warn(
    `optichat: ${filesText(transfer)} from ${oneLine(transfer.from.name)}: ${[message, next].filter(Boolean).join(' ')} [${code}]`,
  )
}

/** `[#####-----] 50% of 200 MB, 31 MB/s` */
export function progressBar(bytes: number, of: number, perSecond: number | null): string {
  const share = of > 0 ? Math.min(1, bytes / of) : 1
  const filled = Math.round(share * 20)
  const rate = perSecond === null ? '' : `, ${bytesText(perSecond)}/s`
  return `[${'#'.repeat(filled)}${'-'.repeat(20 - filled)}] ${Math.floor(share * 100)}% of ${bytesText(of)}${rate}`
}
