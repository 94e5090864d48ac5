/**
 * Marks within a line: `code`, **strong**, *emphasis*, ~~struck~~, [links](https://…) and bare addresses. One pass over the text, so that
 * no text takes longer than its length; what fits no mark is text. Nothing here is ever markup: a link is a value, made by `safeAddress`.
 */
import { safeAddress, trimmedAddress } from '../text.ts'

export type Inline =
  | string
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'em' | 'del'; readonly inside: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly inside: readonly Inline[] }

/** How many marks may still be made; beyond that all is text, so that no message fills the page with elements. */
export interface Budget {
  left: number
}

/** Something that was opened and may be closed yet: a mark, or a bracket. */
interface Open {
  readonly mark: string
  readonly inside: Inline[]
}

const KINDS: Readonly<Record<string, 'strong' | 'em' | 'del'>> = { '**': 'strong', __: 'strong', '*': 'em', _: 'em', '~~': 'del' }

const PLAIN = /[^\\`*_~[\]h]+/y
const ADDRESS = /https?:\/\/[^\s<>"'`]+/iy
/** A destination with at most one level of brackets in it. */
const DESTINATION = /\((https?:\/\/[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)\)/iy
const WORD = /[\p{L}\p{N}]/u

export function parseInline(text: string, budget: Budget): Inline[] {
  const root: Inline[] = []
  /** Each mark is open once at a time, so this is short. */
  const open: Open[] = []
  /** Lengths of runs of backticks that have no partner further on. */
  const lonely = new Set<number>()
  let at = 0

  const put = (piece: Inline) => {
    const into = open.at(-1)?.inside ?? root
    const last = into.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') into[into.length - 1] = last + piece
    else into.push(piece)
  }
  /** Ends what was opened last as the text it is. */
  const dissolve = () => {
    const one = open.pop()
    if (!one) return
    put(one.mark)
    for (const piece of one.inside) put(piece)
  }
  const matched = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(text)
  }
  const afford = (): boolean => budget.left > 0 && budget.left-- > 0

  const code = () => {
    let length = 1
    while (text[at + length] === '`') length++
    const end = lonely.has(length) ? -1 : closingRun(text, at + length, length)
    if (end < 0) lonely.add(length)
    if (end < 0 || !afford()) {
      put('`'.repeat(length))
      at += length
      return
    }
    put({ kind: 'code', text: text.slice(at + length, end).replace(/^ (.+) $/s, '$1') })
    at = end + length
  }

  const address = (): boolean => {
    const found = matched(ADDRESS)
    if (!found) return false
    const shown = trimmedAddress(found[0])
    const href = safeAddress(shown)
    if (!href || !afford()) return false
    put({ kind: 'link', href, inside: [shown] })
    at += shown.length
    return true
  }

  const mark = (sign: string): boolean => {
    const kind = KINDS[sign]
    if (!kind) return false
    const [before, after] = [text[at - 1] ?? ' ', text[at + sign.length] ?? ' ']
    const inWord = sign.startsWith('_') && WORD.test(before) && WORD.test(after)
    const opened = open.findLastIndex((one) => one.mark === sign)
    if (opened >= 0 && /\S/u.test(before) && !inWord && (open[opened]?.inside.length || open.length > opened + 1) && afford()) {
      while (open.length > opened + 1) dissolve()
      const inside = open.pop()?.inside ?? []
      put({ kind, inside })
    } else if (opened < 0 && /\S/u.test(after) && !inWord) open.push({ mark: sign, inside: [] })
    else put(sign)
    at += sign.length
    return true
  }

  const closeLink = () => {
    const opened = open.findLastIndex((one) => one.mark === '[')
    at += 1
    const found = opened < 0 ? null : matched(DESTINATION)
    const href = found?.[1] && safeAddress(found[1])
    if (!found || !href || !afford()) {
      while (opened >= 0 && open.length > opened) dissolve()
      put(']')
      return
    }
    while (open.length > opened + 1) dissolve()
    const inside = open.pop()?.inside ?? []
    put({ kind: 'link', href, inside: inside.length > 0 ? flat(inside) : [href] })
    at += found[0].length
  }

  while (at < text.length) {
    const sign = text[at] ?? ''
    const plain = matched(PLAIN)
    if (plain) {
      put(plain[0])
      at += plain[0].length
    } else if (sign === '\\' && /[\\`*_~[\]]/.test(text[at + 1] ?? '')) {
      put(text[at + 1] ?? '')
      at += 2
    } else if (sign === '`') code()
    else if (sign === '[' && !open.some((one) => one.mark === '[')) {
      open.push({ mark: '[', inside: [] })
      at += 1
    } else if (sign === ']') closeLink()
    else if (sign === 'h' && address()) continue
    else if (!mark(text.slice(at, at + 2)) && !mark(sign)) {
      put(sign)
      at += 1
    }
  }
  while (open.length > 0) dissolve()
  return root
}

/** Where the next run of exactly `length` backticks begins; -1: nowhere. */
function closingRun(text: string, from: number, length: number): number {
  for (let at = text.indexOf('`', from); at >= 0; ) {
    let end = at
    while (text[end] === '`') end++
    if (end - at === length) return at
    at = text.indexOf('`', end)
  }
  return -1
}

/** What a link's words say, without links in them. */
const flat = (inside: readonly Inline[]): Inline[] =>
  inside.map((one) =>
    typeof one === 'string' || one.kind === 'code'
      ? one
      : one.kind === 'link'
        ? plainText(one.inside)
        : { ...one, inside: flat(one.inside) },
  )

/** The words alone. */
export const plainText = (inside: readonly Inline[]): string =>
  inside.map((one) => (typeof one === 'string' ? one : one.kind === 'code' ? one.text : plainText(one.inside))).join('')
