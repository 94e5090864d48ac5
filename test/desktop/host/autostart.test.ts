import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { desktopAutostart } from '../../../desktop/host/autostart.ts'

/** Reads a command as a desktop does (Desktop Entry Specification: first the escapes of a string, then the quotes of a command). */
function commandIn(entry: string): string[] {
  const value = /^Exec=(.*)$/m.exec(entry)?.[1] ?? ''
  const string = value.replaceAll(/\\(.)/g, (_, letter: string) => ({ s: ' ', n: '\n', t: '\t', r: '\r' })[letter] ?? letter)
  return [...string.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(([, quoted, bare = '']) =>
    (quoted?.replaceAll(/\\(.)/g, '$1') ?? bare).replaceAll('%%', '%'),
  )
}

describe('starting with the session', () => {
  let config: string
  beforeEach(async () => {
    config = await mkdtemp(join(tmpdir(), 'optichat-autostart-'))
  })
  afterEach(() => rm(config, { recursive: true, force: true }))
  const file = () => join(config, 'autostart', 'optichat.desktop')

  it('is off until it is chosen, is on by a file in the desktop’s folder, and off again without it', () => {
    const autostart = desktopAutostart(['/opt/OptiChat/optichat', '--hidden'], { XDG_CONFIG_HOME: config })
    expect(autostart.enabled).to.equal(false)
    autostart.set(false)
    autostart.set(true)
    expect(autostart.enabled).to.equal(true)
    const entry = readFileSync(file(), 'utf8')
    expect(entry).to.match(/^\[Desktop Entry\]\nType=Application\nName=OptiChat\n/)
    expect(commandIn(entry)).to.deep.equal(['/opt/OptiChat/optichat', '--hidden'])
    autostart.set(false)
    expect(autostart.enabled).to.equal(false)
    expect(existsSync(file())).to.equal(false)
  })

  it('starts a program wherever it lies, whatever its folder is called', () => {
    for (const path of ['/home/me/My Apps/optichat', '/home/$USER/100% `mine`/"it"', '/srv/back\\slash/optichat', '/ключ/optichat']) {
      desktopAutostart([path, '--hidden'], { XDG_CONFIG_HOME: config }).set(true)
      expect(commandIn(readFileSync(file(), 'utf8')), path).to.deep.equal([path, '--hidden'])
    }
  })
})
