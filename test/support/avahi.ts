/** Avahi on a host of the virtual LAN: a daemon with a message bus of its own, and what its browser sees. Linux desktops run it. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { LanHost } from './lan-host.ts'
import type { LanProcess } from './lan-process.ts'
import { until } from './wait.ts'

const BUS = (path: string) => `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=${path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>`

const DAEMON = '[server]\nuse-ipv4=yes\nuse-ipv6=yes\nallow-interfaces=eth0\n[wide-area]\nenable-wide-area=no\n[rlimits]\n'

export interface Avahi {
  /** Starts a browser for our services; lines as `avahi-browse --parsable --resolve` prints them: `=;eth0;IPv4;Name;type;local;host;address;port;txt`. */
  browse(...options: string[]): LanProcess
  stop(): Promise<void>
}

/** For `before`, after `requireLan`: leaves the suite out where Avahi is not installed and says so; with CI=true that is a failure instead. */
export function requireAvahi(context: Mocha.Context): void {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  const missing = ['avahi-daemon', 'avahi-browse', 'dbus-daemon'].filter(
    (name) => !folders.some((folder) => existsSync(join(folder, name))),
  )
  if (missing.length === 0) return
  if (process.env.CI === 'true') throw new Error(`CI may leave nothing out, but there is no ${missing.join(', ')}`)
  process.stderr.write(`left out "${context.test?.parent?.fullTitle()}": there is no ${missing.join(', ')}\n`)
  context.skip()
}

/** @param services static service files by name, as administrators put them into /etc/avahi/services */
export async function startAvahi(host: LanHost, services: Record<string, string> = {}): Promise<Avahi> {
  const folder = join(host.home, 'avahi')
  mkdirSync(join(folder, 'services'), { recursive: true })
  const bus = join(folder, 'bus')
  writeFileSync(join(folder, 'bus.conf'), BUS(bus))
  writeFileSync(join(folder, 'daemon.conf'), DAEMON)
  for (const [name, text] of Object.entries(services)) writeFileSync(join(folder, 'services', `${name}.service`), text)
  const env = { DBUS_SYSTEM_BUS_ADDRESS: `unix:path=${bus}` }
  const started = [host.spawn('dbus-daemon', [`--config-file=${join(folder, 'bus.conf')}`, '--nofork', '--nopidfile', '--print-address'])]
  await started[0]?.line('unix:path')
  // Its folders are fixed, and each program here sees mounts of its own.
  const mounts = `mkdir -p /run/avahi-daemon && mount -t tmpfs none /run/avahi-daemon && mount --bind "$0/services" /etc/avahi/services`
  const daemon = 'avahi-daemon --no-drop-root --no-rlimits --no-chroot --file "$0/daemon.conf"'
  const avahi = host.spawn('sh', ['-c', `${mounts} && exec ${daemon}`, folder], { env })
  started.push(avahi)
  await until('Avahi to be ready', () => /Server startup complete/.test(avahi.stdout + avahi.stderr) || !avahi.running)
  if (!avahi.running) throw new Error(`Avahi did not start: ${avahi.stdout}${avahi.stderr}`)
  return {
    browse: (...options) => host.spawn('avahi-browse', ['--parsable', '--resolve', ...options, '_optichat._tcp'], { env }),
    async stop() {
      for (const one of started.reverse()) await one.kill()
    },
  }
}
