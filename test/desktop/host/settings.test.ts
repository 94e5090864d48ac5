import { existsSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openSettings } from '../../../desktop/host/settings.ts'

describe('the settings', () => {
  let folder: string
  const log: string[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'optichat-settings-'))
    log.length = 0
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const open = () => openSettings(folder, (line) => log.push(line))

  it('are the defaults at first, and last once changed', () => {
    const settings = open()
    expect(settings.value).to.include({ theme: 'system', interface: null, registry: null })
    settings.change({ theme: 'light' })
    settings.change({ registry: { name: 'Home' } })
    expect(open().value).to.deep.equal({ ...settings.value, theme: 'light', registry: { name: 'Home' } })
    expect(readdirSync(folder)).to.deep.equal(['settings.json'])
  })

  it('are the old ones as a whole when the new ones could not be written', async () => {
    const settings = open()
    settings.change({ theme: 'light' })
    // The file beside it cannot be made: as with a full disk, nothing of the old one may be touched.
    await mkdir(join(folder, 'settings.json.new'))
    expect(() => settings.change({ theme: 'dark' })).to.throw()
    expect(settings.value.theme).to.equal('light')
    expect(open().value.theme).to.equal('light')
  })

  it('that were left half written by a crash beside the file are not used', async () => {
    open().change({ theme: 'light' })
    await writeFile(join(folder, 'settings.json.new'), '{"theme":"da')
    expect(open().value.theme).to.equal('light')
    open().change({ theme: 'dark' })
    expect(open().value.theme).to.equal('dark')
  })

  it('that cannot be understood are set aside and said so, and the app starts', async () => {
    for (const text of ['{"theme":', '{"theme":"pink"}', '[]null', '{"downloadFolder":7}']) {
      await writeFile(join(folder, 'settings.json'), text)
      expect(open().value.theme, text).to.equal('system')
      expect(await readFile(join(folder, 'settings.json.damaged'), 'utf8')).to.equal(text)
      expect(existsSync(join(folder, 'settings.json'))).to.equal(false)
    }
    expect(log).to.have.lengthOf(4)
    expect(log[0]).to.contain('settings.json.damaged')
  })

  it('are readable by their owner only', async function () {
    if (process.platform === 'win32') return this.skip()
    open().change({ theme: 'light' })
    expect((await stat(join(folder, 'settings.json'))).mode & 0o777).to.equal(0o600)
  })
})
