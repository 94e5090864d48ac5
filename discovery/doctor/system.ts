/** What this computer is, as far as its fixes depend on it: the operating system, its firewall, what Windows takes the network for. */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'

export type Firewall = 'ufw' | 'firewalld' | 'nft' | 'windows' | 'macos' | 'unknown'

export interface System {
  readonly platform: NodeJS.Platform
  /** Who manages this computer's firewall. */
  readonly firewall: Firewall
  /** The program that firewalls by program have to let in. */
  readonly program: string
  /** Networks that Windows takes for public, where it lets nobody in; empty elsewhere. */
  readonly publicNetworks: readonly string[]
}

/** Milliseconds for PowerShell, which takes some seconds to start. */
const POWERSHELL = 6_000

export async function readSystem(platform: NodeJS.Platform = process.platform, program = process.execPath): Promise<System> {
  if (platform === 'linux') return { platform, program, firewall: await linuxFirewall(), publicNetworks: [] }
  if (platform === 'darwin') return { platform, program, firewall: 'macos', publicNetworks: [] }
  if (platform === 'win32') return { platform, program, firewall: 'windows', publicNetworks: publicNetworksIn(await networkProfiles()) }
  return { platform, program, firewall: 'unknown', publicNetworks: [] }
}

/** Pure: the names of public networks in what `Get-NetConnectionProfile | ConvertTo-Json` prints, one object or a list of them. */
export function publicNetworksIn(json: string): string[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    return [] // no PowerShell, or no network: nothing is known to be public
  }
  return [parsed].flat().flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null || !('InterfaceAlias' in one) || !('NetworkCategory' in one)) return []
    // 0 is Public; ConvertTo-Json prints the number.
    return one.NetworkCategory === 0 || one.NetworkCategory === 'Public' ? [`${one.InterfaceAlias}`] : []
  })
}

function networkProfiles(): Promise<string> {
  const script = 'Get-NetConnectionProfile | Select-Object InterfaceAlias,NetworkCategory | ConvertTo-Json -Compress'
  return new Promise((resolve) => {
    execFile(
      'powershell',
      ['-NoProfile', '-NonInteractive', '-Command', script],
      { timeout: POWERSHELL, windowsHide: true },
      (_error, out) => resolve(out),
    )
  })
}

/** Which manager runs, by what anybody may read. */
async function linuxFirewall(): Promise<Firewall> {
  const ufw = await readFile('/etc/ufw/ufw.conf', 'utf8').catch(() => '')
  if (/^\s*ENABLED\s*=\s*yes/im.test(ufw)) return 'ufw'
  return (await isRunning('firewalld')) ? 'firewalld' : 'nft'
}

async function isRunning(name: string): Promise<boolean> {
  const entries = await readdir('/proc').catch((): string[] => [])
  const names = await Promise.all(
    entries.filter((entry) => /^\d+$/.test(entry)).map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')),
  )
  return names.some((one) => one.trim() === name)
}
