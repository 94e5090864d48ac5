import { expect } from 'chai'
import { until } from '../../support/wait.ts'
import { appWindows } from './app-window.ts'
import { bob, conversation, message, offerMessage, person, room, signedIn, transfer } from './people.ts'

describe('what others send is never more than text', () => {
  const open = appWindows()

  const show = (text: string) => {
    const one = message(1, bob, text)
    return { view: signedIn({ conversations: [conversation('everyone', 'everyone', one)] }), messages: [one] }
  }

  it('markup stays what it is: characters', async () => {
    const text = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> {{1}} <b>bold</b>'
    const { page } = await open(show(text))
    const shown = page.locator('oc-message .text')
    await shown.waitFor()
    expect(await shown.textContent()).to.equal(text)
    expect(await page.locator('oc-message :is(img, script, b)').count()).to.equal(0)
    expect(await page.evaluate('window.hacked')).to.equal(undefined)
  })

  it('only http and https addresses can be followed, in a window of their own that knows nothing of this one', async () => {
    const text =
      'see https://intranet.local/a_(b). javascript:alert(1) file:///etc/passwd data:text/html,x http://x.test/?q=1&r=2, (http://y.test) https://'
    const { page } = await open(show(text))
    const links = page.locator('oc-message a')
    await links.first().waitFor()
    expect(await links.allTextContents()).to.deep.equal(['https://intranet.local/a_(b)', 'http://x.test/?q=1&r=2', 'http://y.test'])
    for (const link of await links.all()) {
      expect(await link.getAttribute('target')).to.equal('_blank')
      expect(await link.getAttribute('rel')).to.equal('noopener noreferrer')
    }
    expect(await page.locator('oc-message .text').textContent()).to.equal(text)
  })

  it('a file name cannot hide its extension by turning the direction of text', async () => {
    const offer = transfer('x', 'receive', bob, [], { files: [{ path: 'invoice\u202Efdp.exe', bytes: 5 }], bytes: 5 })
    const one = offerMessage(1, bob, offer)
    const { page } = await open({
      view: signedIn({ transfers: [offer], conversations: [conversation('everyone', 'everyone', one)] }),
      messages: [one],
    })
    await page.locator('oc-transfer').getByText('invoice\uFFFDfdp.exe').waitFor()
    await page.getByText('1 byte').or(page.getByText('5 bytes')).first().waitFor()
  })

  it('a word without end and a text of 65,536 characters stay inside the column', async () => {
    const { page } = await open(show('a'.repeat(65_536)))
    await page.locator('oc-message').waitFor()
    const wide = await page.getByRole('region', { name: 'Messages' }).evaluate((element) => {
      const { scrollWidth, clientWidth } = element as unknown as { scrollWidth: number; clientWidth: number }
      return scrollWidth - clientWidth
    })
    expect(wide).to.equal(0)
  })

  it('right-to-left text turns only itself', async () => {
    const { page } = await open(show('שלום \u202E olleh'))
    const shown = page.locator('oc-message .text p')
    await shown.waitFor()
    expect(await shown.evaluate((element) => (element as unknown as { dir: string }).dir)).to.equal('auto')
    await page.getByRole('form', { name: 'New message' }).getByText('To everyone — 3 people').waitFor()
  })

  it('a conversation with a hundred people keeps its composer in sight', async () => {
    const crowd = Array.from({ length: 100 }, (_, n) => person(`Person number ${n}`))
    const roster = crowd.map((one) => ({ ...one, presence: 'online' as const, self: false }))
    const { page } = await open({ view: signedIn({ roster }) }, { width: 700, height: 480 })
    for (const one of crowd.slice(0, 30)) await page.getByRole('checkbox', { name: one.name, exact: true }).check()
    await page.getByText(/To Person number 0, .* and 27 more — 30 people/).waitFor()
    await page.getByRole('checkbox', { name: 'Person number 99' }).scrollIntoViewIfNeeded()
    const nobody = await page.getByRole('button', { name: 'Select nobody', exact: true }).boundingBox()
    expect(nobody?.y, 'the way to select nobody').to.be.within(1, 480)
    const send = await page.getByRole('button', { name: 'Send' }).boundingBox()
    expect((send?.y ?? 0) + (send?.height ?? 0)).to.be.within(1, 480)
    expect((send?.x ?? 0) + (send?.width ?? 0)).to.be.within(1, 700)
  })

  it('a hundred conversations leave room for the people and keep the composer in sight', async () => {
    const all = Array.from({ length: 100 }, (_, n) => person(`Person ${n}`)).map((one, n) =>
      conversation(`c${n}`, [one], message(n, one, 'Hello', { conversation: `c${n}` })),
    )
    const { page } = await open({ view: signedIn({ conversations: all }) }, { width: 1000, height: 600 })
    for (const seen of [page.getByRole('button', { name: 'Send', exact: true }), page.getByRole('checkbox', { name: 'Bob' })]) {
      const { y = 0, height = 0 } = (await seen.boundingBox()) ?? {}
      expect(y + height).to.be.within(1, 600)
    }
  })

  it('a corpus of attempts to run something, as messages, names, rooms, files and answers, runs nothing and asks nobody', async () => {
    const attempts = [
      '<script>window.hacked=1</script>',
      '<img src=x onerror=window.hacked=1>',
      '<svg/onload=window.hacked=1>',
      '"><iframe srcdoc="<script>parent.hacked=1</script>">',
      '[x](javascript:window.hacked=1)',
      '[x](JaVaScRiPt:window.hacked=1)',
      '[x](data:text/html,<script>hacked=1</script>)',
      '![x](https://evil.test/pixel.png)',
      '![x](javascript:hacked=1)',
      '<a href="javascript:hacked=1">click</a>',
      '[https://bank.test](https://evil.test/login)',
      '```html\n<script>window.hacked=1</script>\n```',
      '`<style>@import "https://evil.test/x.css"</style>`',
      '$' + '{window.hacked=1}{{constructor.constructor("window.hacked=1")()}}',
      '<template><slot></slot></template><!--lit-part-->?lit$1$',
      '<base href="https://evil.test/"><meta http-equiv=refresh content="0;url=https://evil.test">',
      '\u202Egnp.exe\u202C \u2066\u2067\u2068 \u0000\uFFFF\uD800',
      `${'Z\u0351\u036B\u0343'.repeat(2_000)}`,
      'x'.repeat(60_000),
      '> '.repeat(5_000),
      '**a** '.repeat(10_000),
      '- '.repeat(20_000),
      `http://${'.'.repeat(60_000)}x`,
    ]
    const people = attempts.slice(0, 17).map((name, n) => ({ id: `hostile${n}`.padEnd(22, '_'), name: name.slice(0, 200) }))
    const messages = attempts.map((text, n) =>
      message(n, people[n % people.length] ?? bob, text, { reactions: [{ emoji: text.slice(0, 40), users: [bob.id] }] }),
    )
    const answers = messages.map((one, n) => message(100 + n, bob, 'so?', { replyTo: one.id }))
    const offers = attempts
      .slice(0, 17)
      .map((name, n) => transfer(`t${n}`, 'receive', bob, [], { files: [{ path: name, bytes: 1 }], bytes: 1 }))
    const all = [...messages, ...answers, ...offers.map((offer, n) => offerMessage(200 + n, bob, offer))]
    const [last] = all.slice(-1)
    if (!last) throw new Error('there is none')
    const view = signedIn({
      transfers: offers,
      conversations: [
        conversation('everyone', 'everyone', last),
        ...people.map((one, n) => conversation(`c${n}`, [one], messages[n] ?? last, 1)),
      ],
      roster: people.map((one) => ({ ...one, presence: 'online' as const, self: false })),
      rooms: people.map((one) => ({ ...room(one.name, [], true), id: one.id })),
    })
    const { page } = await open({ view, messages: all })
    await page.locator('oc-transfer').last().waitFor()
    await page.getByRole('region', { name: 'Messages' }).evaluate((scroller) => Object.assign(scroller, { scrollTop: 0 }))
    await page.locator('oc-message').first().waitFor()
    expect(await page.evaluate('[window.hacked, document.querySelectorAll("iframe, base, meta[http-equiv]").length]')).to.deep.equal([
      undefined,
      0,
    ])
    const hrefs = await page
      .locator('oc-message .text a')
      .evaluateAll((links) => links.map((link) => (link as unknown as { href: string }).href))
    for (const href of hrefs) expect(href).to.match(/^https?:/)
    await page.locator('.host', { hasText: '(evil.test)' }).first().waitFor({ state: 'attached' })
    expect(await page.locator('oc-message :is(script, iframe, style[type], object, embed, img)').count()).to.equal(0)
    const wide = await page.evaluate('document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth')
    expect(wide, 'nothing pushes the page wider').to.equal(0)
    await page.getByRole('textbox', { name: 'Message' }).fill('still here')
    await until('it can be sent', () => page.getByRole('button', { name: 'Send', exact: true }).isEnabled())
  })
})
