/** A message in one line: in lists, above its answers, said aloud. */
import type { HistoryMessage } from '../bridge.ts'
import { plural } from './format.ts'
import { shownPath } from './text.ts'

/** As much of a text as a line can hold. */
const MOST = 300

export const TAKEN_BACK = 'This message was taken back'

export function inOneLine({ body, gone }: HistoryMessage): string {
  if (gone) return TAKEN_BACK
  if (body.kind === 'text') return body.text.slice(0, MOST)
  return body.count === 1 ? shownPath(body.files[0]?.path ?? 'a file') : plural(body.count, 'file')
}
