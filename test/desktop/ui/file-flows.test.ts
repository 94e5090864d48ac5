/** Files handed over in the app, each step by role and name, over real peer transfers on this computer. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Locator, Page } from 'playwright-core'
import { chromiumPath } from '../../support/chromium.ts'
import { until } from '../../support/wait.ts'
import { PICTURE } from './picture-fixture.ts'
import { type RealPerson, type RealTeam, realTeam } from './real-team.ts'

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')
const MIB = 1024 * 1024

/** A second of film that Chromium itself makes: first red, then blue. */
async function filmMadeIn(page: Page): Promise<Buffer> {
  const bytes = (await page.evaluate(`(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 })
    const pen = canvas.getContext('2d')
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm;codecs=vp8' })
    const parts = []
    recorder.ondataavailable = ({ data }) => parts.push(data)
    recorder.start()
    const began = performance.now()
    await new Promise((done) => {
      const draw = () => {
        const at = performance.now() - began
        pen.fillStyle = at < 500 ? 'red' : 'blue'
        pen.fillRect(0, 0, 64, 48)
        at < 1_100 ? requestAnimationFrame(draw) : done()
      }
      draw()
    })
    const stopped = new Promise((done) => { recorder.onstop = done })
    recorder.stop()
    await stopped
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())]
  })()`)) as number[]
  return Buffer.from(bytes)
}

/** What is to be seen of a film now. */
const LOOK = new Function(
  'video',
  `const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 })
  const pen = canvas.getContext('2d')
  pen.drawImage(video, 0, 0)
  const [red, , blue, alpha] = pen.getImageData(32, 24, 1, 1).data
  return { paused: video.paused, width: video.videoWidth, height: video.videoHeight, color: alpha === 0 ? 'none' : red > blue ? 'red' : 'blue' }`,
) as (video: unknown) => { paused: boolean; width: number; height: number; color: string }

describe('three people hand over files in the app', () => {
  let team: RealTeam<'Alice' | 'Bob' | 'Carol'>
  const people = () => team.people

  const attach = async ({ page }: RealPerson, files: { name: string; buffer: Buffer }[] | [path: string] | string) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: typeof files === 'string' ? 'Attach a folder' : 'Attach files' }).click()
    const [first] = files
    if (typeof files === 'string' || typeof first === 'string') await (await chooser).setFiles(files as string | string[])
    else
      await (await chooser).setFiles(
        (files as { name: string; buffer: Buffer }[]).map((file) => ({ ...file, mimeType: 'application/octet-stream' })),
      )
  }
  const card = (person: RealPerson, text: string): Locator => person.page.locator('oc-transfer').filter({ hasText: text })
  const received = (person: RealPerson, name: string) => readFile(join(person.downloads, name))

  before(async function () {
    if (!chromiumPath()) return this.skip()
    team = await realTeam(['Alice', 'Bob', 'Carol'])
    for (const person of Object.values(people())) await person.call('setAskedEveryone')
  })
  after(() => team?.close())

  it('a picture that arrived is seen, opened, compared by its checksum and shown in its folder; one that lies is only a file', async () => {
    const { Alice, Bob } = people()
    await Alice.tick('Bob')
    await attach(Alice, [
      { name: 'plan.png', buffer: PICTURE },
      { name: 'lie.png', buffer: Buffer.from('<html><script>document.title = "hacked"</script>') },
      { name: 'drawing.svg', buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="document.title = 1"/>') },
    ])
    await Bob.page.getByRole('button', { name: /^Alice.*1 unread/s }).click()
    const offer = Bob.page.getByRole('group', { name: 'Files from Alice' })
    await offer.getByText('Alice would like to send you this.').waitFor()
    await offer.getByText('Show 3 files').click()
    await offer.getByRole('button', { name: 'Accept' }).click()
    await offer.getByText(`Saved in ${Bob.downloads}`).waitFor()
    const picture = offer.getByRole('button', { name: 'Open plan.png' })
    await until('the picture is drawn', () =>
      picture.locator('img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth === 48),
    )
    expect(await offer.locator('img').count(), 'only what is a picture').to.equal(1)
    await picture.click()
    await until('it was opened', () => Bob.opened.includes(join(Bob.downloads, 'plan.png')))
    await offer.getByText('Checksum').click()
    await offer.getByText(sha256(PICTURE)).waitFor()
    await offer.getByRole('button', { name: 'Show in folder' }).click()
    await until('it was shown', () => Bob.opened.length === 2)
    await Alice.page.getByText(/Bob has it/).waitFor()
    expect(sha256(await received(Bob, 'plan.png'))).to.equal(sha256(PICTURE))
    expect(await Bob.page.title()).to.match(/OptiChat/)
  })

  it('a film that arrived shows its first picture, can be played and gone through; one that only begins like a film is a file', async () => {
    const { Alice, Bob } = people()
    await Alice.tick('Bob')
    const lie = Buffer.concat([Buffer.from('1a45dfa3934282847765626d', 'hex'), Buffer.alloc(2_000, 1)])
    await attach(Alice, [
      { name: 'film.webm', buffer: await filmMadeIn(Alice.page) },
      { name: 'no-film.webm', buffer: lie },
    ])
    await Bob.tick('Alice')
    const at = card(Bob, '2 files')
    await at.getByRole('button', { name: 'Accept' }).click()
    await at.getByText(/^Saved in/).waitFor()
    const film = at.getByLabel('film.webm', { exact: true })
    await until('its first picture is there, before it is played', async () => {
      const seen = await film.evaluate(LOOK)
      return seen.paused && seen.width === 64 && seen.height === 48 && seen.color === 'red'
    })
    await film.evaluate((video) => {
      ;(video as unknown as { currentTime: number }).currentTime = 0.9
    })
    await until('what comes later in it', async () => (await film.evaluate(LOOK)).color === 'blue')
    await at.getByRole('button', { name: 'Open no-film.webm' }).waitFor()
    expect(await at.locator('video').count()).to.equal(1)
  })

  it('what goes to everyone can be taken back with one click before anybody has it; each recipient is told of', async () => {
    const { Alice, Bob, Carol } = people()
    await Alice.tick()
    await attach(Alice, [{ name: 'for-all.txt', buffer: Buffer.from('x') }])
    await card(Alice, 'for-all.txt').getByText('Bob has not answered yet').waitFor()
    await card(Alice, 'for-all.txt').getByText('Carol has not answered yet').waitFor()
    await Bob.tick()
    await card(Bob, 'for-all.txt').getByRole('button', { name: 'Accept' }).waitFor()
    await Alice.page.getByRole('status').filter({ hasText: 'Offered to everyone.' }).waitFor()
    await Alice.page.getByRole('button', { name: 'Take it back', exact: true }).click()
    await card(Bob, 'for-all.txt').getByText('Alice took it back.').waitFor()
    await card(Carol, 'for-all.txt').getByText('Alice took it back.').waitFor()
    expect(await readdir(Carol.downloads)).to.deep.equal([])
  })

  it('a large one is followed, paused by who receives it, and goes on to its end; another has it meanwhile', async () => {
    const { Alice, Bob, Carol } = people()
    const large = randomBytes(6 * MIB)
    const path = join(team.folder, 'film.bin')
    await writeFile(path, large)
    // Slow enough to be met in the middle, on any machine.
    await Bob.call('changeTransferSettings', { down: MIB / 2 })
    await attach(Alice, [path])
    const at = card(Bob, 'film.bin')
    await at.getByRole('button', { name: 'Accept' }).click()
    await at.getByText(/MB of 6\.3 MB · .*\/s · .* left/).waitFor()
    await at.getByRole('button', { name: 'Pause' }).click()
    await at.getByText('Paused', { exact: true }).waitFor()
    await card(Alice, 'film.bin').getByText('Paused by Bob').waitFor()
    await card(Carol, 'film.bin').getByRole('button', { name: 'Accept' }).click()
    await card(Alice, 'film.bin')
      .getByText(/Carol has it/)
      .waitFor()
    expect(sha256(await received(Carol, 'film.bin'))).to.equal(sha256(large))
    await Bob.call('changeTransferSettings', { down: null })
    await at.getByRole('button', { name: 'Resume' }).click()
    await at.getByText(/^Saved in/).waitFor()
    expect(sha256(await received(Bob, 'film.bin'))).to.equal(sha256(large))
    await card(Alice, 'film.bin')
      .getByText(/Bob has it/)
      .waitFor()
  })

  it('a folder keeps its shape, an offer can be declined, and the transfers’ page tells of all', async () => {
    const { Alice, Bob } = people()
    const folder = join(team.folder, 'photos')
    await mkdir(join(folder, 'inner'), { recursive: true })
    await writeFile(join(folder, 'a.txt'), 'a')
    await writeFile(join(folder, 'inner', 'b.txt'), 'bb')
    await Alice.tick('Bob')
    await attach(Alice, folder)
    await Bob.tick('Alice')
    await card(Bob, 'photos').getByRole('button', { name: 'Accept' }).click()
    await card(Bob, 'photos')
      .getByText(/^Saved in/)
      .waitFor()
    expect((await received(Bob, 'photos/inner/b.txt')).toString()).to.equal('bb')
    await attach(Alice, [{ name: 'no-thanks.txt', buffer: Buffer.from('x') }])
    await card(Bob, 'no-thanks.txt').getByRole('button', { name: 'Decline' }).click()
    await card(Alice, 'no-thanks.txt').getByText('Bob declined').waitFor()
    await attach(Alice, [{ name: 'waits.txt', buffer: Buffer.from('x') }])
    await card(Bob, 'waits.txt').waitFor()
    await Bob.page.getByRole('button', { name: 'Transfers' }).click()
    const waiting = Bob.page.getByRole('list', { name: 'Waiting for you' })
    await waiting.getByText('waits.txt').waitFor()
    await Bob.page.getByRole('list', { name: 'Ended' }).getByText('no-thanks.txt').waitFor()
    await Bob.page.getByRole('radio', { name: 'From you' }).check()
    await Bob.page.getByRole('heading', { name: 'Nothing handed over yet' }).waitFor()
    await Bob.page.getByRole('radio', { name: 'All' }).check()
    await waiting.getByRole('listitem').filter({ hasText: 'waits.txt' }).getByRole('button', { name: 'Accept' }).click()
    await Bob.page.getByRole('list', { name: 'Ended' }).getByRole('button', { name: 'Open waits.txt' }).waitFor()
    await Bob.page
      .getByRole('list', { name: 'Ended' })
      .getByRole('listitem')
      .filter({ hasText: 'no-thanks.txt' })
      .getByRole('button', { name: 'Alice' })
      .click()
    await Bob.page.getByRole('heading', { name: 'Alice', exact: true }).waitFor()
    await until('it is shown where it was said', () => card(Bob, 'no-thanks.txt').isVisible())
  })

  it('a pasted picture is shown first, and sent when one says so', async () => {
    const { Alice, Bob } = people()
    await Alice.tick('Bob')
    await Alice.field.focus()
    await Alice.page.evaluate(`(() => {
      const data = new DataTransfer()
      data.items.add(new File([new Uint8Array(${JSON.stringify([...PICTURE])})], 'image.png', { type: 'image/png' }))
      let at = document.activeElement
      while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
      at.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
    })()`)
    const ask = Alice.page.getByRole('dialog', { name: 'Send what was pasted?' })
    await ask.getByText('To Bob — 1 person').waitFor()
    await until('it is shown', () =>
      ask.locator('img').evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth === 48),
    )
    await ask.getByRole('button', { name: 'Send' }).click()
    await Bob.page
      .getByRole('group', { name: 'Files from Alice' })
      .filter({ hasText: /Pasted \d{4}-\d\d-\d\d .*\.png/ })
      .waitFor()
  })
})
