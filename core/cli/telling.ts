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
