import { expect } from 'chai'
import type { Transfer, TransferPart } from '../../../core/client/client.ts'
import { until } from '../../support/wait.ts'
import { appWindows } from './app-window.ts'
import { bob, carol, conversation, dan, me, offerMessage, signedIn, transfer } from './people.ts'

const mine = (part: Partial<TransferPart>): TransferPart[] => [{ user: me, state: 'offered', bytes: 0, ...part }]
const showing = (one: Transfer) => {
  const message = offerMessage(1, one.from, one)
  return { view: signedIn({ transfers: [one], conversations: [conversation('everyone', 'everyone', message)] }), messages: [message] }
}

describe('handing over files', () => {
  const open = appWindows()

  it('a folder is called by its name, and files that are in none are counted', async () => {
    const files = ['Holiday/sea.jpg', 'Holiday/hills/fog.jpg'].map((path) => ({ path, bytes: 500 }))
    const folder = transfer('t1', 'receive', bob, mine({}), { files, count: 2, bytes: 1_000 })
    const { page } = await open(showing(folder))
    const card = page.getByRole('group', { name: 'Files from Bob' })
    await card.getByText('Holiday · 2 files · 1.0 kB').waitFor()
    await page.getByRole('button', { name: /Everyone .*Bob: Holiday · 2 files/ }).waitFor()
    await open(showing(transfer('t2', 'receive', bob, mine({}), { files, count: 900, bytes: 1_000 })))
    await card.getByText('Holiday… · 900 files').waitFor()
    const loose = [...files, { path: 'tickets.pdf', bytes: 500 }]
    await open(showing(transfer('t3', 'receive', bob, mine({}), { files: loose, count: 3, bytes: 1_500 })))
    await card.getByText('3 files · 1.5 kB').waitFor()
    await card.getByText('Holiday ·').waitFor({ state: 'detached' })
  })

  it('an offer can be accepted, is followed with amounts, speed and time left, and ends with the place it was saved in', async () => {
    const offer = transfer('plan', 'receive', bob, mine({}))
    const { page, emit, asked } = await open(showing(offer))
    const card = page.getByRole('group', { name: 'Files from Bob' })
    await card.getByText('plan.pdf').waitFor()
    await card.getByText('12.4 MB').waitFor()
    await card.getByRole('button', { name: 'Accept' }).click()
    expect(await asked('accept')).to.deep.equal([['plan']])
    await emit('transfer', { ...offer, parts: mine({ state: 'connecting' }) })
    await card.getByText('Connecting to Bob’s computer…').waitFor()
    await emit('transfer', { ...offer, parts: mine({ state: 'moving', bytes: 1_000_000 }) })
    await card.getByText('1.0 MB of 12.4 MB').waitFor()
    let bytes = 1_000_000
    await until('speed and time left', async () => {
      bytes += 100_000
      await emit('transfer', { ...offer, parts: mine({ state: 'moving', bytes: Math.min(bytes, 12_000_000) }) })
      return /MB of 12\.4 MB · .*\/s · .* left/.test((await card.textContent()) ?? '')
    })
    expect(await card.getByRole('progressbar', { name: 'Receiving' }).getAttribute('max')).to.equal('12400000')
    await emit('transfer', { ...offer, parts: mine({ state: 'verifying', bytes: 12_400_000 }) })
    await card.getByText('Checking what has arrived…').waitFor()
    await emit('transfer', { ...offer, into: '/home/alice/Downloads', parts: mine({ state: 'done', bytes: 12_400_000 }) })
    await card.getByText('Saved in /home/alice/Downloads').waitFor()
    await card.getByRole('button', { name: 'Show in folder' }).click()
    expect(await asked('showFolder')).to.deep.equal([['plan']])
    expect(await card.getByRole('progressbar').count()).to.equal(0)
  })

  it('an offer can be declined, and then asks nothing more', async () => {
    const offer = transfer('plan', 'receive', bob, mine({}))
    const { page, emit, asked } = await open(showing(offer))
    await page.getByRole('button', { name: 'Decline' }).click()
    expect(await asked('decline')).to.deep.equal([['plan']])
    await emit('transfer', { ...offer, parts: mine({ state: 'declined' }) })
    await page.getByText('You declined.').waitFor()
    expect(await page.getByRole('group', { name: 'Files from Bob' }).getByRole('button').count()).to.equal(0)
  })

  it('a transfer that failed says why and can be tried again or given up', async () => {
    const failed = transfer('plan', 'receive', bob, mine({ state: 'failed', code: 'disk-full' }))
    const { page, asked } = await open(showing(failed))
    await page.getByText(/The disk is full\. Free some space/).waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(await asked('resume')).to.deep.equal([['plan']])
    await page.getByRole('button', { name: 'Give up' }).click()
    expect(await asked('cancel')).to.deep.equal([['plan']])
  })

  it('an action the host refuses says so on its card', async () => {
    const error = { code: 'folder-unwritable' as const, message: 'The folder cannot be written to.', next: '' }
    const { page } = await open({ ...showing(transfer('plan', 'receive', bob, mine({}))), answers: { accept: { error } } })
    await page.getByRole('button', { name: 'Accept' }).click()
    await page
      .getByRole('group', { name: 'Files from Bob' })
      .getByRole('alert')
      .getByText('The download folder cannot be written to.')
      .waitFor()
    expect(await page.getByRole('button', { name: 'Accept' }).isEnabled()).to.equal(true)
  })

  it('the sender sees each recipient’s state, and can take the offer back while somebody has not ended', async () => {
    const parts: TransferPart[] = [
      { user: bob, state: 'done', bytes: 12_400_000, seconds: 4.2 },
      { user: carol, state: 'moving', bytes: 6_200_000 },
      { user: dan, state: 'offered', bytes: 0 },
    ]
    const sent = transfer('plan', 'send', me, parts)
    const { page, emit, asked } = await open(showing(sent))
    const recipients = page.getByRole('list', { name: 'Recipients' })
    await recipients.getByText('Bob has it · took 4.2 sec').waitFor()
    await recipients.getByRole('progressbar', { name: 'Sending to Carol' }).waitFor()
    await recipients.getByText('Dan has not answered yet').waitFor()
    await page.getByRole('button', { name: 'Take back' }).click()
    expect(await asked('cancel')).to.deep.equal([['plan']])
    await emit('transfer', {
      ...sent,
      parts: [
        { user: bob, state: 'done', bytes: 12_400_000 },
        { user: carol, state: 'withdrawn', bytes: 0 },
      ],
    })
    await page.getByRole('button', { name: 'Take back' }).waitFor({ state: 'detached' })
  })

  it('files dropped anywhere are offered to the audience named over them: in a browser by streaming them to the host', async () => {
    const { page, asked } = await open({ view: signedIn() })
    await page.getByRole('checkbox', { name: 'Carol' }).check()
    const data = await page.evaluateHandle(`(() => {
      const data = new DataTransfer()
      data.items.add(new File(['hello'], 'a.txt'))
      data.items.add(new File(['hello, too'], 'b.txt'))
      return data
    })()`)
    const app = page.locator('oc-app')
    await app.dispatchEvent('dragenter', { dataTransfer: data })
    await page.getByRole('heading', { name: 'Offer these files' }).waitFor()
    expect(await page.getByText('To Carol — 1 person').count()).to.equal(2)
    await app.dispatchEvent('drop', { dataTransfer: data })
    await until('offered', async () => (await asked('offerUploads')).length === 1)
    expect(await asked('offerUploads')).to.deep.equal([[[carol.id], ['upload-1', 'upload-2']]])
    expect(await page.evaluate('double.uploads')).to.deep.equal([
      { path: 'a.txt', size: 5 },
      { path: 'b.txt', size: 10 },
    ])
    await page.getByRole('heading', { name: 'Offer these files' }).waitFor({ state: 'detached' })
  })

  it('where the shell knows paths, what is dropped is offered by path', async () => {
    const { page, asked } = await open({
      view: signedIn({ shell: { kind: 'electron', filePaths: true, tray: true, autostart: true } }),
      paths: { 'a.txt': '/tmp/a.txt' },
    })
    const data = await page.evaluateHandle(
      `(() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'a.txt')); return data })()`,
    )
    await page.locator('oc-app').dispatchEvent('drop', { dataTransfer: data })
    await until('offered', async () => (await asked('offerPaths')).length === 1)
    expect(await asked('offerPaths')).to.deep.equal([['everyone', ['/tmp/a.txt']]])
  })

  it('attached files show how far they are on their way to the host, and a failure stays until dismissed', async () => {
    const error = { code: 'disk-full' as const, message: 'The disk is full.', next: 'Free some space.' }
    const { page, release, asked } = await open({ view: signedIn(), answers: { upload: { waits: true, error } } })
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles({ name: 'big.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(1000) })
    await page.getByRole('group', { name: 'Getting ready: big.bin' }).getByText('500 bytes of 1.0 kB').waitFor()
    await release('upload')
    await page.getByRole('group', { name: 'Not offered: big.bin' }).getByText('The disk is full.').waitFor()
    expect(await asked('offerUploads')).to.deep.equal([])
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText('big.bin').waitFor({ state: 'detached' })
  })

  it('files being made ready can be stopped, and are then not offered', async () => {
    const { page, release, asked } = await open({ view: signedIn(), answers: { upload: { waits: true } } })
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Attach files' }).click()
    await (await chooser).setFiles({ name: 'big.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(10) })
    await page.getByRole('button', { name: 'Stop' }).click()
    await release('upload')
    await page.getByText('big.bin').waitFor({ state: 'detached' })
    expect(await asked('offerUploads')).to.deep.equal([])
  })
})
