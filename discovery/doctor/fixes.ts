/** What to do about it: the exact commands for each system. For this computer those of its own, for another those of each it may have. */
import type { Fix, FixCommands } from './finding.ts'
import type { Firewall, System } from './system.ts'

/** What is to be let through. */
export interface Opening {
  readonly direction: 'in' | 'out'
  readonly protocol: 'tcp' | 'udp'
  /** Null: whatever port the program listens on, as for files between two computers. */
  readonly port: number | null
  /** The network it is to be open to, as `10.77.0.0/24`, where no port tells. */
  readonly network: string | null
}

const LABELS: Readonly<Record<Firewall, string>> = {
  ufw: 'Linux with ufw',
  firewalld: 'Linux with firewalld',
  nft: 'Linux with nftables',
  windows: 'Windows (PowerShell as administrator)',
  macos: 'macOS',
  unknown: 'this system',
}

const ALL: readonly Firewall[] = ['ufw', 'firewalld', 'nft', 'windows', 'macos']

/** Lets something through the firewall of this computer. */
export function openHere(system: System, opening: Opening, text: string): Fix {
  const { firewall, program } = system
  return { where: 'here', text, commands: firewall === 'unknown' ? [] : [commandsFor(firewall, opening, program)] }
}

/** The same at another computer, of which at most the platform is known. */
export function openThere(where: 'registry' | 'peer', opening: Opening, text: string, platform?: string): Fix {
  const candidates: readonly Firewall[] =
    platform === 'linux' ? ['ufw', 'firewalld', 'nft'] : platform === 'win32' ? ['windows'] : platform === 'darwin' ? ['macos'] : ALL
  return { where, text, commands: candidates.map((firewall) => commandsFor(firewall, opening, null)) }
}

function commandsFor(firewall: Firewall, opening: Opening, program: string | null): FixCommands {
  return { system: LABELS[firewall], lines: LINES[firewall](opening, program) }
}

type Lines = (opening: Opening, program: string | null) => string[]

/** Where no network is known: private ones (RFC 1918). */
const networkOf = ({ network }: Opening) => network ?? '192.168.0.0/16'

const LINES: Readonly<Record<Firewall, Lines>> = {
  ufw: (opening) => {
    const { direction, protocol, port } = opening
    if (port === null) return [`sudo ufw allow ${direction} proto ${protocol} ${direction === 'in' ? 'from' : 'to'} ${networkOf(opening)}`]
    return [`sudo ufw allow ${direction} ${port}/${protocol}`]
  },
  firewalld: (opening) => {
    const { direction, protocol, port } = opening
    const reload = 'sudo firewall-cmd --reload'
    if (direction === 'out') {
      const match = port === null ? `-d ${networkOf(opening)}` : `--dport ${port}`
      const rule = `-p ${protocol} ${match} -j ACCEPT`
      return [`sudo firewall-cmd --permanent --direct --add-rule ipv4 filter OUTPUT 0 ${rule}`, reload]
    }
    if (port === 5353) return ['sudo firewall-cmd --permanent --add-service=mdns', reload]
    if (port === null) return [`sudo firewall-cmd --permanent --zone=trusted --add-source=${networkOf(opening)}`, reload]
    return [`sudo firewall-cmd --permanent --add-port=${port}/${protocol}`, reload]
  },
  nft: (opening) => {
    const { direction, protocol, port } = opening
    const chain = direction === 'in' ? 'input' : 'output'
    const match =
      port === null
        ? `ip ${direction === 'in' ? 'saddr' : 'daddr'} ${networkOf(opening)} meta l4proto ${protocol}`
        : `${protocol} dport ${port}`
    return [
      'sudo nft list ruleset   # shows the table and the chain that drop it',
      `sudo nft insert rule inet filter ${chain} ${match} accept`,
    ]
  },
  windows: ({ direction, protocol, port }, program) => {
    const way = direction === 'in' ? 'Inbound' : 'Outbound'
    const side = direction === 'in' ? '-LocalPort' : '-RemotePort'
    const rule = `New-NetFirewallRule -DisplayName "OptiChat" -Direction ${way} -Action Allow -Profile Any`
    if (port === null || program !== null) return [`${rule} -Program "${program ?? 'C:\\Program Files\\nodejs\\node.exe'}"`]
    const netsh = `netsh advfirewall firewall add rule name="OptiChat" dir=${direction} action=allow protocol=${protocol.toUpperCase()}`
    return [
      `${rule} -Protocol ${protocol.toUpperCase()} ${side} ${port}`,
      `${netsh} ${direction === 'in' ? 'localport' : 'remoteport'}=${port}   # the same at a plain prompt`,
    ]
  },
  macos: ({ direction }, program) => {
    const tool = '/usr/libexec/ApplicationFirewall/socketfilterfw'
    const target = program === null ? '"$(which node)"' : `"${program}"`
    // Apple's own firewall looks at what comes in only; what stops the other way is pf or a program like Little Snitch.
    if (direction === 'out') return ['sudo pfctl -s rules   # shows rules that block']
    return [`sudo ${tool} --setblockall off`, `sudo ${tool} --add ${target}`, `sudo ${tool} --unblockapp ${target}`]
  },
  unknown: () => [],
}

/** Windows lets nobody in on networks that it takes for public. */
export function privateNetwork(networks: readonly string[]): Fix {
  return {
    where: 'here',
    text: 'If you trust this network, tell Windows that it is a private one.',
    commands: [
      {
        system: LABELS.windows,
        lines: networks.map((name) => `Set-NetConnectionProfile -InterfaceAlias "${name.replaceAll('"', '')}" -NetworkCategory Private`),
      },
    ],
  }
}

/** The clock of this computer. */
export function setClock({ platform }: System): Fix {
  const lines: Readonly<Record<string, readonly string[]>> = {
    linux: ['sudo timedatectl set-ntp true'],
    win32: ['Start-Service w32time', 'w32tm /resync /force'],
    darwin: ['sudo systemsetup -setusingnetworktime on'],
  }
  const label: Readonly<Record<string, string>> = { linux: 'Linux', win32: LABELS.windows, darwin: 'macOS' }
  const commands = lines[platform]
  return {
    where: 'here',
    text: 'Look which of the two clocks is wrong, and let that computer set it by itself; without internet set it by hand in the settings of date and time.',
    commands: commands ? [{ system: label[platform] ?? platform, lines: commands }] : [],
  }
}

/** Something to do that no command does. */
export function advise(where: Fix['where'], text: string): Fix {
  return { where, text, commands: [] }
}
