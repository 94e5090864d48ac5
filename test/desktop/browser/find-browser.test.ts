import { expect } from 'chai'
import { findBrowser, hasDisplay, type Machine } from '../../../desktop/browser/find-browser.ts'

const machine = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv, ...programs: string[]): Machine => ({
  platform,
  env,
  executable: (path) => programs.includes(path),
})

describe('finding a browser for the window', () => {
  it('takes Chromium before its relatives, from the PATH or the usual places', () => {
    expect(findBrowser(machine('linux', { PATH: '/usr/bin' }, '/usr/bin/google-chrome', '/usr/bin/chromium'))).to.equal('/usr/bin/chromium')
    expect(findBrowser(machine('linux', { PATH: '/home/me/bin' }, '/home/me/bin/brave-browser'))).to.equal('/home/me/bin/brave-browser')
    expect(findBrowser(machine('linux', {}, '/snap/bin/chromium'))).to.equal('/snap/bin/chromium')
  })

  it('looks where macOS and Windows keep their programs', () => {
    const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
    expect(findBrowser(machine('darwin', { HOME: '/Users/me' }, chrome))).to.equal(chrome)
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
    expect(findBrowser(machine('win32', { 'PROGRAMFILES(X86)': 'C:\\Program Files (x86)' }, edge))).to.equal(edge)
  })

  it('takes the one a person named, and none instead of it', () => {
    const env = { OPTICHAT_BROWSER: '/opt/mine', PATH: '/usr/bin' }
    expect(findBrowser(machine('linux', env, '/opt/mine', '/usr/bin/chromium'))).to.equal('/opt/mine')
    expect(findBrowser(machine('linux', env, '/usr/bin/chromium'))).to.equal(null)
  })

  it('finds none where there is none', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) expect(findBrowser(machine(platform, {}))).to.equal(null)
  })

  it('knows whether a window could be seen', () => {
    expect(hasDisplay({ platform: 'linux', env: {} })).to.equal(false)
    expect(hasDisplay({ platform: 'linux', env: { DISPLAY: ':0' } })).to.equal(true)
    expect(hasDisplay({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } })).to.equal(true)
    expect(hasDisplay({ platform: 'darwin', env: {} })).to.equal(true)
    expect(hasDisplay({ platform: 'win32', env: {} })).to.equal(true)
  })
})
