/** How a list of transfers is told: an object for scripts, some lines for people. */
import type { Transfer, TransferPart, TransferState } from '../client/client.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { filesText, missingText } from './telling.ts'
import { bytesText, oneLine } from './text.ts'

/** Characters of an id that are shown to people. */
const ID_SHOWN = 8

const ENDED: ReadonlySet<TransferState> = new Set(['done', 'declined', 'withdrawn', 'cancelled'])

/** Something may still come of it. */
export function isUnfinished({ parts, queued }: Transfer): boolean {
  return queued === true || parts.some(({ state, code }) => !ENDED.has(state) && code !== 'files-missing')
}

export function transferFields(transfer: Transfer): Record<string, unknown> {
  const { id, direction, from, files, count, bytes, into, paths, skipped, queued, paused } = transfer
  const parts = transfer.parts.map(({ user, ...part }) => ({ user: user.name, ...part }))
  return { event: 'transfer', transfer: id, direction, from: from.name, files, count, bytes, parts, into, paths, skipped, queued, paused }
}

/** `91ab33cd film.mkv, 700 MB` and a line for each recipient. */
export function transferText(transfer: Transfer): string {
  const { id, direction, from, parts, queued, paused } = transfer
  const notes = [...(queued ? ['waits for a connection'] : []), ...(paused ? ['paused'] : [])]
  const head = `${id.slice(0, ID_SHOWN)} ${filesText(transfer)}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`
  const whom = (part: TransferPart) => (direction === 'send' ? `to ${oneLine(part.user.name)}` : `from ${oneLine(from.name)}`)
  return [head, ...parts.map((part) => `  ${whom(part)}: ${partText(part, transfer)}`)].join('\n')
}

function partText(part: TransferPart, { bytes: of }: Transfer): string {
  const { state, bytes, code, path } = part
  const far = bytes > 0 && bytes < of ? `, ${bytesText(bytes)} of ${bytesText(of)}` : ''
  const way = path === undefined ? '' : `, ${path}`
  const why = code === undefined ? '' : `: ${[new OptiChatError(code).message, missingText(part)].filter(Boolean).join(' ')}`
  return `${state}${far}${way}${why}`
}
