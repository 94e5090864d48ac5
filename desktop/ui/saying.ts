/** A message in one line: in lists, above its answers, said aloud. */
import type { BodyOf } from '../../core/protocol/messages.ts'
import type { HistoryMessage } from '../bridge.ts'
import { counted, msg, phrase } from './i18n/text.ts'
import { type Block, parseBlocks } from './markdown/blocks.ts'
import { plainText } from './markdown/inline.ts'
import { shownPath } from './text.ts'

/** As much of a text as a line can hold. */
const MOST = 300

export const TAKEN_BACK = phrase('This message was taken back')

export function inOneLine({ body, gone }: HistoryMessage): string {
  if (gone) return msg(TAKEN_BACK)
  if (body.kind === 'text') return spoken(body.text.slice(0, MOST))
  const folder = folderOf(body)
  if (folder !== null) return `${folder} · ${counted(body.count, '# file', '# files')}`
  return body.count === 1 ? shownPath(body.files[0]?.path ?? msg('a file')) : counted(body.count, '# file', '# files')
}

/** The one folder that all files of an offer are in, as far as it names them (`photos…` when it does not name all); null: there is none. */
export function folderOf({ files, count }: Pick<BodyOf<'offer'>, 'files' | 'count'>): string | null {
  const [folder, ...others] = new Set(files.map(({ path }) => path.slice(0, Math.max(path.indexOf('/'), 0))))
  if (!folder || others.length > 0 || count === 1) return null
  return shownPath(folder) + (files.length < count ? '…' : '')
}

/** The words without their marks. */
const spoken = (text: string): string => parseBlocks(text).map(wordsOf).filter(Boolean).join(' ')

function wordsOf(block: Block): string {
  switch (block.kind) {
    case 'code':
      return block.text
    case 'quote':
      return block.blocks.map(wordsOf).join(' ')
    case 'list':
      return block.items.flat().map(wordsOf).join(' ')
    case 'rule':
      return ''
    default:
      return plainText(block.inside)
  }
}
