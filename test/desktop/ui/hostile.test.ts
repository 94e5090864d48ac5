import { expect } from 'chai'
import { appWindows } from './app-window.ts'
import { bob, conversation, message, offerMessage, person, signedIn, transfer } from './people.ts'

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
    const send = await page.getByRole('button', { name: 'Send' }).boundingBox()
    expect((send?.y ?? 0) + (send?.height ?? 0)).to.be.within(1, 480)
    expect((send?.x ?? 0) + (send?.width ?? 0)).to.be.within(1, 700)
  })
})
