/** What stands below each other in a message: paragraphs, lists, quotes, headings, code. One pass over its lines. */
import { type Budget, type Inline, parseInline } from './inline.ts'

export type Block =
  | { readonly kind: 'text'; readonly inside: readonly Inline[] }
  | { readonly kind: 'heading'; readonly inside: readonly Inline[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'list'; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'rule' }

/** Marks and blocks of one message: as many as a long, well-formed one has. */
const MOST = 1_500
/** Quotes in quotes and lists in lists; further in, all is text. */
const DEEPEST = 5

const FENCE = /^ {0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]{0,30})[^`]*$/
const HEADING = /^ {0,3}#{1,6}[ \t]+(\S.*)$/
const RULE = /^ {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})$/
const QUOTE = /^ {0,3}> ?/
const ITEM = /^( {0,3})([-*+•]|\d{1,9}[.)])( {1,4}|\t)(?=\S)/

export function parseBlocks(text: string): Block[] {
  return blocksOf(text.split('\n'), { left: MOST }, 0)
}

function blocksOf(lines: readonly string[], budget: Budget, depth: number): Block[] {
  const blocks: Block[] = []
  let paragraph: string[] = []
  let at = 0

  const flush = () => {
    const inside = paragraph.join('\n').replace(/^\n+|\n+$/g, '')
    paragraph = []
    if (inside !== '') blocks.push({ kind: 'text', inside: parseInline(inside, budget) })
  }
  /** Lines from here on for as long as they are part of it. */
  const take = (belongs: (line: string) => boolean): string[] => {
    const from = at
    while (at < lines.length && belongs(lines[at] ?? '')) at++
    return lines.slice(from, at)
  }

  while (at < lines.length) {
    const line = lines[at] ?? ''
    const fence = FENCE.exec(line)
    const heading = HEADING.exec(line)
    const item = ITEM.exec(line)
    if (budget.left <= 0) {
      paragraph.push(...lines.slice(at))
      break
    }
    if (fence) {
      flush()
      budget.left--
      at++
      const [, sign = '', language = ''] = fence
      const end = new RegExp(`^ {0,3}[${sign[0]}]{${Math.min(sign.length, 100)},} *$`)
      const code = take((inner) => !end.test(inner))
      at++
      blocks.push({ kind: 'code', language, text: code.join('\n') })
    } else if (heading) {
      flush()
      budget.left--
      at++
      blocks.push({ kind: 'heading', inside: parseInline(heading[1] ?? '', budget) })
    } else if (RULE.test(line)) {
      flush()
      budget.left--
      at++
      blocks.push({ kind: 'rule' })
    } else if (depth < DEEPEST && QUOTE.test(line)) {
      flush()
      budget.left--
      const quoted = take((inner) => QUOTE.test(inner)).map((inner) => inner.replace(QUOTE, ''))
      blocks.push({ kind: 'quote', blocks: blocksOf(quoted, budget, depth + 1) })
    } else if (depth < DEEPEST && item) {
      flush()
      blocks.push(listAt(item))
    } else if (line.trim() === '') {
      flush()
      at++
    } else {
      paragraph.push(line)
      at++
    }
  }
  flush()
  return blocks

  function listAt(first: RegExpExecArray): Block {
    const number = Number.parseInt(first[2] ?? '', 10)
    const ordered = Number.isInteger(number)
    const items: Block[][] = []
    for (let item: RegExpExecArray | null = first; item && budget.left > 0; item = ITEM.exec(lines[at] ?? '')) {
      if (/\d/.test(item[2] ?? '') !== ordered || RULE.test(lines[at] ?? '')) break
      budget.left--
      const begin = (lines[at] ?? '').slice(item[0].length)
      at++
      // What is indented belongs to the item above it.
      const inner = take((one) => /^(?: {2,}|\t)\S/.test(one) && !(item && ITEM.exec(one) && one.search(/\S/) <= (item[1]?.length ?? 0)))
      const indent = Math.min(...inner.map((one) => one.search(/\S/)), item[0].length)
      items.push(blocksOf([begin, ...inner.map((one) => one.slice(Math.max(0, indent)))], budget, depth + 1))
    }
    return { kind: 'list', start: ordered ? number : null, items }
  }
}
