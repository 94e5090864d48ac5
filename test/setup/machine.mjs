/** What the tests need of the machine beside npm's packages: installed where that is ours to do, else named. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runTool } from '../../core/setup/tools.mjs'

/** Programs, any one name of each will do; the Debian package they come from, and the tests that cannot run without. */
const NEEDED = [
  { names: ['chromium', 'chromium-browser', 'google-chrome'], debian: 'chromium', leavesOut: 'the app in a real browser' },
  { names: ['ip'], debian: 'iproute2', leavesOut: 'the virtual LAN' },
  { names: ['systemd-analyze'], debian: 'systemd', leavesOut: 'systemd’s own look at the unit that is printed for it' },
  { names: ['avahi-daemon'], debian: 'avahi-daemon', leavesOut: 'discovery beside Avahi' },
  { names: ['avahi-browse'], debian: 'avahi-utils', leavesOut: 'discovery beside Avahi' },
  { names: ['dbus-daemon'], debian: 'dbus', leavesOut: 'discovery beside Avahi' },
  { names: ['sysctl'], debian: 'procps', leavesOut: 'the virtual LAN' },
  { names: ['nft'], debian: 'nftables', leavesOut: 'the virtual LAN’s firewalls' },
]

/** Where Debian has administrators' programs, which a plain PATH may lack. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin']

function there(name) {
  return FOLDERS.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch (error) {
      if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code)) return false
      throw error
    }
  })
}

const missing = () => NEEDED.filter(({ names }) => !names.some(there))

/**
 * Installs what is missing on Debian-like machines where we are root.
 * @param {(line: string) => void} say
 * @returns {Promise<{ program: string, leavesOut: string }[]>} what is missing still
 */
export async function getMissing(say) {
  const packages = missing().map(({ debian }) => debian)
  if (packages.length > 0 && mayInstall()) {
    say(`installing ${packages.join(', ')} (apt-get)`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages]
    for (const command of [['apt-get', 'update'], install]) {
      const { code, output } = await runTool('/', command, { env })
      if (code !== 0) say(`${output.trimEnd()}\n${command.join(' ')} failed.`)
    }
  }
  const still = missing().map(({ names, leavesOut }) => ({ program: names[0], leavesOut }))
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !namespacesWork()) {
    still.push({ program: 'the right to make network namespaces (Linux, root)', leavesOut: 'the virtual LAN' })
  }
  return still
}

function mayInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/etc/debian_version') && there('apt-get')
}

function namespacesWork() {
  return there('ip') && spawnSync('unshare', ['--net', 'true']).status === 0
}
