/** How transfers are told: the documented objects for scripts, and a line for people. */
import type { Transfer, TransferPart } from '../client/client.ts'
import { type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Output } from './output.ts'
import { bytesText, countText, oneLine } from './text.ts'

/** `film.mkv, 700 MB` or `12 files, 3.1 MB: a.txt, b.txt, …` */
export function filesText({ files, count, bytes }: Pick<Transfer, 'files' | 'count' | 'bytes'>): string {
  const [only] = files
  if (count === 1 && only) return `${oneLine(only.path)}, ${bytesText(bytes)}`
  const some = files.slice(0, 3).map(({ path }) => oneLine(path))
  return `${countText(count, 'file')}, ${bytesText(bytes)}${some.length > 0 ? `: ${some.join(', ')}${count > some.length ? ', …' : ''}` : ''}`
}

/** Missing files named to people; scripts get up to a hundred. */
const MISSING_NAMED = 10

/** Our own part of a transfer we receive. */
export function ownPart(transfer: Transfer): TransferPart {
  const [part] = transfer.parts
  if (!part) throw new OptiChatError('internal', 'a received transfer has no part of ours')
  return part
}

export function tellReceived(output: Output, transfer: Transfer): void {
  const { id, from, paths = [], bytes } = transfer
  const { seconds = null, path = null } = ownPart(transfer)
  const how = [...(seconds ? [`${bytesText(bytes / seconds)}/s`] : []), ...(path === null ? [] : [path])].join(', ')
  output.tell(
    { event: 'received', transfer: id, from: from.name, paths, bytes, seconds, path },
    `received ${bytesText(bytes)} from ${oneLine(from.name)}${how ? ` (${how})` : ''}: ${paths.map(oneLine).join(', ')}`,
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
  const part = ownPart(transfer)
  const { missing, missingCount } = part
  const partly = code === 'files-missing' && missing ? { missing, missingCount, paths: transfer.paths ?? [] } : {}
  output.tell({ event: 'failed', transfer: transfer.id, from: transfer.from.name, code, message, next, ...partly })
  const words = [message, code === 'files-missing' ? missingText(part) : '', next].filter(Boolean).join(' ')
  output.warn(`optichat: ${filesText(transfer)} from ${oneLine(transfer.from.name)}: ${words} [${code}]`)
}

/** Nothing failed: somebody paused it, or it waits for room on the disk. */
export function tellPaused(output: Output, transfer: Transfer): void {
  const { code } = ownPart(transfer)
  const why = code ? new OptiChatError(code) : null
  output.tell({ event: 'paused', transfer: transfer.id, from: transfer.from.name, ...(why ? { code, message: why.message } : {}) })
  const words = why ? `${why.message} It goes on by itself when there is space. [${code}]` : 'paused until "optichat transfers resume".'
  output.warn(`optichat: ${filesText(transfer)} from ${oneLine(transfer.from.name)}: ${words}`)
}

/** `Not there: a.txt (A file changed while it was being sent.), b.txt (…) and 3 more.`; nothing where nothing is missing. */
export function missingText({ missing = [], missingCount = 0 }: Pick<TransferPart, 'missing' | 'missingCount'>): string {
  if (missingCount === 0) return ''
  const named = missing.slice(0, MISSING_NAMED).map(({ path, code }) => `${oneLine(path)} (${new OptiChatError(code).message})`)
  return `Not there: ${named.join(', ')}${missingCount > named.length ? ` and ${missingCount - named.length} more` : ''}.`
}

/** What an offer leaves out. */
export function tellSkipped(output: Output, { skipped = [] }: Pick<Transfer, 'skipped'>): void {
  for (const sentence of skipped) output.warn(`optichat: left out: ${oneLine(sentence)}`)
}

/** `[#####-----] 50% of 200 MB, 31 MB/s` */
export function progressBar(bytes: number, of: number, perSecond: number | null): string {
  const share = of > 0 ? Math.min(1, bytes / of) : 1
  const filled = Math.round(share * 20)
  const rate = perSecond === null ? '' : `, ${bytesText(perSecond)}/s`
  return `[${'#'.repeat(filled)}${'-'.repeat(20 - filled)}] ${Math.floor(share * 100)}% of ${bytesText(of)}${rate}`
}
