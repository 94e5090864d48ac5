import { expect } from 'chai'
import { type Block, parseBlocks } from '../../../desktop/ui/markdown/blocks.ts'
import { type Inline, parseInline, plainText } from '../../../desktop/ui/markdown/inline.ts'
import { shownPath } from '../../../desktop/ui/text.ts'
import { worked } from '../../support/work.ts'

const inline = (text: string) => parseInline(text, { left: 1_000 })

/** As markup, to be read. */
const told = (inside: readonly Inline[]): string =>
  inside
    .map((one) => {
      if (typeof one === 'string') return one
      if (one.kind === 'code') return `<code>${one.text}</code>`
      return one.kind === 'link' ? `<${one.href}|${told(one.inside)}>` : `<${one.kind}>${told(one.inside)}</${one.kind}>`
    })
    .join('')

const count = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, one) => {
    if (one.kind === 'quote') return sum + 1 + count(one.blocks)
    if (one.kind === 'list') return sum + one.items.reduce((items, item) => items + 1 + count(item), 1)
    return sum + 1 + ('inside' in one ? one.inside.length : 0)
  }, 0)

describe('marks in a text', () => {
  it('strong, emphasis, struck and code, in one another', () => {
    expect(told(inline('a **b *c* d** ~~e~~ `f **g**` _h_ __i__'))).to.equal(
      'a <strong>b <em>c</em> d</strong> <del>e</del> <code>f **g**</code> <em>h</em> <strong>i</strong>',
    )
    expect(told(inline('``a ` b``'))).to.equal('<code>a ` b</code>')
  })

  it('what is no mark stays what was written: lonely signs, names with underscores, sums, escapes', () => {
    for (const text of ['2 * 3 * 4', 'snake_case_name', '**', '* *', '`', '[x](y)', '[x]', '**a', '~~', 'h', '__', '*)', 'a** b'])
      expect(told(inline(text)), text).to.equal(text)
    expect(told(inline('\\*not\\* a\\b'))).to.equal('*not* a\\b')
    expect(told(inline('**a *b**'))).to.equal('<strong>a *b</strong>')
  })

  it('addresses are followed without the punctuation around them; links by their words; no other scheme ever', () => {
    expect(told(inline('a http://x.test/a_(b), b (https://y.test). http:// end'))).to.equal(
      'a <http://x.test/a_(b)|http://x.test/a_(b)>, b (<https://y.test/|https://y.test>). http:// end',
    )
    expect(told(inline('[the **plan**](https://x.test/p_(1)) **https://y.test/**'))).to.equal(
      '<https://x.test/p_(1)|the <strong>plan</strong>> <strong><https://y.test/|https://y.test/></strong>',
    )
    for (const scheme of [
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'vbscript:x',
      'JaVaScRiPt:x',
      ' https://x',
      'optichat://x',
    ])
      expect(told(inline(`[x](${scheme})`)), scheme).to.not.match(/<(?!http)/)
    expect(told(inline('[a [b](https://x.test) c](https://y.test)'))).to.contain('<https://x.test/|')
  })

  it('lists, quotes, headings, rules and code stand below each other', () => {
    const kinds = parseBlocks('# Plan\nfirst\nsecond\n\n- a\n  - b\n- c\n\n3. x\n4. y\n> q\n> > r\n---\n```ts\nconst a = 1\n\n```\nend')
    expect(kinds.map(({ kind }) => kind)).to.deep.equal(['heading', 'text', 'list', 'list', 'quote', 'rule', 'code', 'text'])
    expect(kinds[1]).to.deep.equal({ kind: 'text', inside: ['first\nsecond'] })
    const list = kinds[2]
    expect(list?.kind === 'list' && list.items.map((item) => item.map(({ kind }) => kind))).to.deep.equal([['text', 'list'], ['text']])
    expect(kinds[3]).to.include({ start: 3 })
    expect(kinds[6]).to.deep.equal({ kind: 'code', language: 'ts', text: 'const a = 1\n' })
  })

  it('plain talk is one paragraph with its lines', () => {
    for (const text of ['hello', '  indented', '-- not a list', '1.5 metres', '#channel', '+1', '<b>bold</b> & {{x}}'])
      expect(parseBlocks(text), text).to.deep.equal([{ kind: 'text', inside: [text] }])
  })

  it('no text takes long or makes a page full of elements, whatever it was written for', () => {
    const n = 65_536
    const bombs = [
      '**a** ',
      '[',
      ']',
      '](',
      '](http://',
      '[a](http://b) ',
      '`',
      '`a``b',
      '*',
      '_a',
      '**a *b ',
      '~~',
      '> ',
      '- ',
      '- a\n',
      '1. a\n',
      '> > > a\n',
      '  - a\n',
      '# a\n',
      '---\n',
      '```\n',
      '~~~\na\n',
      'http://a.b ',
      'http://',
      `http://${'.'.repeat(500)}x`,
      '\\',
      'h',
      '\n',
      '\n\n',
      ' ',
      '- - ',
      '* * x\n',
      '((((',
      '_ _',
      '![](',
      '\t- a\n',
    ].map((bomb) => bomb.repeat(Math.ceil(n / bomb.length)).slice(0, n))
    bombs.push(`http://${'.'.repeat(n - 8)}x`, Array.from({ length: 360 }, (_, k) => 'x'.padEnd(k + 2, '`')).join(' '))
    const start = worked()
    for (const bomb of bombs) expect(count(parseBlocks(bomb)), bomb.slice(0, 20)).to.be.below(6_000)
    // Forty of them: one that is not linear takes minutes by itself.
    expect(worked() - start).to.be.below(20_000)
  })

  it('no letter of a text gets lost', () => {
    let seed = 7
    const random = (below: number) => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed % below
    }
    const signs = [...'ab *_~`[]()\\h ', 'http://x.y', 'a](https://z)', '**']
    for (let round = 0; round < 3_000; round++) {
      const text = Array.from({ length: random(30) }, () => signs[random(signs.length)]).join('')
      const letters = (from: string) => from.replace(/\]\(https:\/\/z\)/g, '').replace(/[^abhxy]/g, '')
      expect(letters(plainText(inline(text))), text).to.equal(letters(text))
    }
  })

  it('a name cannot hide its end by turning the direction of text', () => {
    expect(shownPath('a\u202Eb\u0000c')).to.equal('a\uFFFDb\uFFFDc')
  })
})
