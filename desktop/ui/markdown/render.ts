/**
 * A message's text as elements. Made of values only, never from a string of markup: there is nothing to sanitise. The elements are made
 * directly, as a template for each mark would leave several nodes more for every one that is seen.
 */
import { css } from 'lit'
import { shownPath } from '../text.ts'
import { type Block, parseBlocks } from './blocks.ts'
import './code-block.ts'
import { type Inline, plainText } from './inline.ts'

export const textStyles = css`
  .text { overflow-wrap: anywhere; line-height: 1.5; }
  .text > * + * { margin-block-start: var(--s2); }
  .text :is(p, li, blockquote) { unicode-bidi: plaintext; text-align: start; }
  .text p { white-space: pre-wrap; }
  /* What is read the other way than the page stands beside its author all the same. */
  .text p:dir(rtl), :host(:dir(rtl)) .text p { width: fit-content; max-width: 100%; }
  .text .heading { font-size: var(--text-big); font-weight: 650; }
  .text :is(ul, ol) { padding-inline-start: 24px; }
  .text ul { list-style: disc; }
  .text ol { list-style: decimal; }
  .text li + li { margin-block-start: 2px; }
  .text li::marker { color: var(--ink-soft); }
  .text blockquote { margin-inline: 0; margin-block-end: 0; padding-inline-start: var(--s3); border-inline-start: 3px solid var(--line); color: var(--ink-soft); }
  .text blockquote:first-child { margin-block-start: 0; }
  .text :is(blockquote, li) > * + * { margin-block-start: var(--s1); }
  .text hr { border: 0; border-block-start: 1px solid var(--line-strong); margin-block: 12px; }
  .text :not(pre) > code { padding: 1px 5px; border-radius: var(--s1); background: var(--well); unicode-bidi: isolate; white-space: pre-wrap; }
  .text a { color: var(--accent-ink); text-underline-offset: 2px; border-radius: 2px; }
  .text .host { color: var(--ink-soft); font-size: var(--text-small); }
`

/** All of it, in one element of the class `text`. */
export function renderText(text: string): HTMLElement {
  return made('div', { className: 'text' }, parseBlocks(text).map(block))
}

function made<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  has: Partial<HTMLElementTagNameMap[T]>,
  inside: readonly (Node | string)[],
): HTMLElementTagNameMap[T] {
  const element = Object.assign(document.createElement(tag), has)
  element.append(...inside)
  return element
}

function block(one: Block): HTMLElement {
  switch (one.kind) {
    case 'text':
      return made('p', { dir: 'auto' }, one.inside.flatMap(inline))
    case 'heading':
      // No heading of the page: what somebody writes does not divide it.
      return made('p', { dir: 'auto', className: 'heading' }, one.inside.flatMap(inline))
    case 'code':
      return made('oc-code', { text: one.text, language: one.language }, [])
    case 'quote':
      return made('blockquote', {}, one.blocks.map(block))
    case 'rule':
      return made('hr', {}, [])
    case 'list': {
      const items = one.items.map((blocks) => made('li', { dir: 'auto' }, blocks.map(tight)))
      return one.start === null ? made('ul', {}, items) : made('ol', { start: one.start }, items)
    }
  }
}

/** A list of lines stays one of lines. */
function tight(one: Block): HTMLElement {
  return one.kind === 'text' ? made('span', {}, one.inside.flatMap(inline)) : block(one)
}

function inline(one: Inline): (HTMLElement | string)[] {
  if (typeof one === 'string') return [one]
  if (one.kind === 'link') return link(one.href, one.inside)
  return [made(one.kind, {}, one.kind === 'code' ? [one.text] : one.inside.flatMap(inline))]
}

/** Words that are not the address cannot hide where it leads. */
function link(href: string, inside: readonly Inline[]): (HTMLElement | string)[] {
  const { host } = new URL(href)
  const words = plainText(inside)
  const told =
    words === href ||
    words
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .split(/[/?#]/)[0] === host
  const to = made('a', { href, target: '_blank', rel: 'noopener noreferrer', title: shownPath(href) }, inside.flatMap(inline))
  return told ? [to] : [to, ' ', made('span', { className: 'host' }, [`(${host})`])]
}
