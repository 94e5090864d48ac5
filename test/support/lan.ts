/**
 * A throw-away local network for tests: a switch and some computers, each a Linux network namespace with an address
 * 10.77.LAN.N/24 on `eth0`; multicast works. Every interface is born inside the lab's own namespaces, so nothing touches the
 * machine's own network, and any number of labs can run side by side with the same addresses.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type LabWiring, LanHost } from './lan-host.ts'
import { clearStale, command, ipIn, labPrefix, namespacesOf, removeNamespace, removeNamespaceNow, tryNamespace } from './lan-ip.ts'

export { LanHost } from './lan-host.ts'
export { LanProcess } from './lan-process.ts'

export interface LanOptions {
  /** Names of the hosts; the first gets 10.77.0.1 and so on. A pair says on which LAN (0, 1, …) the host's eth0 is. */
  readonly hosts: readonly (string | readonly [name: string, lan: number])[]
  /** How many LANs there are (1). */
  readonly lans?: number
  /** A router at .254 of every LAN, as default route of all (off). Like a real one, it passes on no multicast. */
  readonly gateway?: boolean
}

export interface Lan {
  readonly hosts: readonly LanHost[]
  /** With a gateway: that computer. */
  readonly router: LanHost | null
  /** @throws when there is no such host. */
  host(name: string): LanHost
  /** Ends everything that runs inside and takes the lab away. */
  close(): Promise<void>
}

let checked: { reason: string | null } | null = null

/** Why there can be no virtual LAN on this machine, or null when there can. */
function lanAvailable(): string | null {
  if (process.platform !== 'linux') return 'a virtual LAN needs Linux'
  if (process.getuid?.() !== 0) return 'a virtual LAN needs root'
  checked ??= { reason: tryNamespace() }
  return checked.reason
}

/** For `before`: leaves the suite out where there can be no virtual LAN and says so; with CI=true that is a failure instead. */
export function requireLan(context: Mocha.Context): void {
  const reason = lanAvailable()
  if (reason === null) return
  if (process.env.CI === 'true') throw new Error(`CI may leave nothing out, but ${reason}`)
  process.stderr.write(`left out "${context.test?.parent?.fullTitle()}": ${reason}\n`)
  context.skip()
}

const open = new Map<string, string>()

process.once('exit', () => {
  for (const [prefix, folder] of open) {
    for (const namespace of namespacesOf(prefix)) removeNamespaceNow(namespace)
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Builds a LAN; close it in `after`. What was left of runs that were killed is cleared first. */
export async function createLan(options: LanOptions): Promise<Lan> {
  await clearStale()
  const prefix = labPrefix()
  const folder = mkdtempSync(join(tmpdir(), 'optichat-lan-'))
  open.set(prefix, folder)
  try {
    const { hosts, router } = await build(options, prefix, folder)
    return {
      hosts,
      router,
      host: (name) => {
        const host = hosts.find((one) => one.name === name)
        if (!host) throw new Error(`the LAN has no host ${name}`)
        return host
      },
      close: () => close(prefix, folder),
    }
  } catch (error) {
    await close(prefix, folder)
    throw error
  }
}

async function build(options: LanOptions, prefix: string, folder: string): Promise<Pick<Lan, 'hosts' | 'router'>> {
  const bridge = `${prefix}-switch`
  let ports = 0
  const wiring: LabWiring = { switch: bridge, gateway: options.gateway ?? false, nextPort: () => `p${++ports}` }
  const lans = Array.from({ length: options.lans ?? 1 }, (_, lan) => lan)
  await command('ip', ['netns', 'add', bridge])
  await ipIn(
    bridge,
    lans.flatMap((lan) => [`link add br${lan} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`, `link set br${lan} up`]),
  )
  let router: LanHost | null = null
  if (wiring.gateway) {
    router = new LanHost('router', `${prefix}-router`, join(folder, 'router'), 254, { ...wiring, gateway: false })
    await router.boot()
    await command('ip', ['netns', 'exec', router.namespace, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'])
    for (const lan of lans) await router.addNic({ lan })
  }
  const hosts: LanHost[] = []
  for (const [index, one] of options.hosts.entries()) {
    const [name, lan] = typeof one === 'string' ? [one, 0] : one
    const host = new LanHost(name, `${prefix}-${name}`, join(folder, name), index + 1, wiring)
    await host.boot()
    await host.addNic({ lan })
    hosts.push(host)
  }
  return { hosts, router }
}

async function close(prefix: string, folder: string): Promise<void> {
  // Hosts before the switch, so that a program's last words (a goodbye) still find a network.
  const names = namespacesOf(prefix).sort((a, b) => Number(a.endsWith('-switch')) - Number(b.endsWith('-switch')))
  await Promise.all(names.filter((name) => !name.endsWith('-switch')).map(removeNamespace))
  for (const name of names) if (name.endsWith('-switch')) await removeNamespace(name)
  rmSync(folder, { recursive: true, force: true })
  open.delete(prefix)
}
