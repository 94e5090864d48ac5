/** A message's text as elements. Made of values only, never from a string of markup: there is nothing to sanitise. */
import { css, html, nothing, type TemplateResult } from 'lit'
import { shownPath } from '../text.ts'
import { type Block, parseBlocks } from './blocks.ts'
import './code-block.ts'
import { type Inline, plainText } from './inline.ts'

export const textStyles = css`
  .text { overflow-wrap: anywhere; line-height: 1.5; }
  .text > * + * { margin-block-start: var(--s2); }
  .text :is(p, li, blockquote) { unicode-bidi: plaintext; text-align: start; }
  .text p { white-space: pre-wrap; }
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

export const renderText = (text: string): TemplateResult[] => parseBlocks(text).map(block)

function block(one: Block): TemplateResult {
  switch (one.kind) {
    case 'text':
      return html`<p dir="auto">${one.inside.map(inline)}</p>`
    case 'heading':
      // No heading of the page: what somebody writes does not divide it.
      return html`<p class="heading" dir="auto">${one.inside.map(inline)}</p>`
    case 'code':
      return html`<oc-code .text=${one.text} .language=${one.language}></oc-code>`
    case 'quote':
      return html`<blockquote>${one.blocks.map(block)}</blockquote>`
    case 'rule':
      return html`<hr />`
    case 'list': {
      const items = one.items.map((blocks) => html`<li dir="auto">${tight(blocks)}</li>`)
      return one.start === null ? html`<ul>${items}</ul>` : html`<ol start=${one.start}>${items}</ol>`
    }
  }
}

/** A list of lines stays one of lines. */
function tight(blocks: readonly Block[]) {
  return blocks.map((one) => (one.kind === 'text' ? html`<span>${one.inside.map(inline)}</span>` : block(one)))
}

function inline(one: Inline): TemplateResult {
  if (typeof one === 'string') return html`${one}`
  switch (one.kind) {
    case 'code':
      return html`<code>${one.text}</code>`
    case 'strong':
      return html`<strong>${one.inside.map(inline)}</strong>`
    case 'em':
      return html`<em>${one.inside.map(inline)}</em>`
    case 'del':
      return html`<del>${one.inside.map(inline)}</del>`
    case 'link':
      return link(one.href, one.inside)
  }
}

/** Words that are not the address cannot hide where it leads. */
function link(href: string, inside: readonly Inline[]): TemplateResult {
  const { host } = new URL(href)
  const words = plainText(inside)
  const told =
    words === href ||
    words
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .split(/[/?#]/)[0] === host
  return html`<a href=${href} target="_blank" rel="noopener noreferrer" title=${shownPath(href)}>${inside.map(inline)}</a>${
    told ? nothing : html` <span class="host">(${host})</span>`
  }`
}
