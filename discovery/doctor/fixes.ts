/** What to do about it: the exact commands for each system. For this computer those of its own, for another those of each it may have. */
import type { CommandLine, CommandSystem, Fix, FixCode, FixCommands, FixValues } from './finding.ts'
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

type Manager = Exclude<Firewall, 'unknown'>

const ALL: readonly Manager[] = ['ufw', 'firewalld', 'nft', 'windows', 'macos']

/** Lets something through the firewall of this computer. */
export function openHere<C extends FixCode>(code: C, values: FixValues[C], { firewall, program }: System, opening: Opening): Fix {
  return { code, where: 'here', values, commands: firewall === 'unknown' ? [] : [commandsFor(firewall, opening, program)] }
}

/** The same at another computer, of which at most the platform is known. */
export function openThere<C extends FixCode>(
  code: C,
  values: FixValues[C],
  where: 'registry' | 'peer',
  opening: Opening,
  platform?: string,
): Fix {
  const candidates: readonly Manager[] =
    platform === 'linux' ? ['ufw', 'firewalld', 'nft'] : platform === 'win32' ? ['windows'] : platform === 'darwin' ? ['macos'] : ALL
  return { code, where, values, commands: candidates.map((firewall) => commandsFor(firewall, opening, null)) }
}

function commandsFor(system: Manager, opening: Opening, program: string | null): FixCommands {
  return { system, lines: LINES[system](opening, program).map((line) => (typeof line === 'string' ? { typed: line } : line)) }
}

type Lines = (opening: Opening, program: string | null) => (string | CommandLine)[]

/** Where no network is known: private ones (RFC 1918). */
const networkOf = ({ network }: Opening) => network ?? '192.168.0.0/16'

const LINES: Readonly<Record<Manager, Lines>> = {
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
    return [{ typed: 'sudo nft list ruleset', note: 'shows-chain' }, `sudo nft insert rule inet filter ${chain} ${match} accept`]
  },
  windows: ({ direction, protocol, port }, program) => {
    const way = direction === 'in' ? 'Inbound' : 'Outbound'
    const side = direction === 'in' ? '-LocalPort' : '-RemotePort'
    const rule = `New-NetFirewallRule -DisplayName "OptiChat" -Direction ${way} -Action Allow -Profile Any`
    if (port === null || program !== null) return [`${rule} -Program "${program ?? 'C:\\Program Files\\nodejs\\node.exe'}"`]
    const netsh = `netsh advfirewall firewall add rule name="OptiChat" dir=${direction} action=allow protocol=${protocol.toUpperCase()}`
    return [
      `${rule} -Protocol ${protocol.toUpperCase()} ${side} ${port}`,
      { typed: `${netsh} ${direction === 'in' ? 'localport' : 'remoteport'}=${port}`, note: 'plain-prompt' },
    ]
  },
  macos: ({ direction }, program) => {
    const tool = '/usr/libexec/ApplicationFirewall/socketfilterfw'
    const target = program === null ? '"$(which node)"' : `"${program}"`
    // Apple's own firewall looks at what comes in only; what stops the other way is pf or a program like Little Snitch.
    if (direction === 'out') return [{ typed: 'sudo pfctl -s rules', note: 'shows-rules' }]
    return [`sudo ${tool} --setblockall off`, `sudo ${tool} --add ${target}`, `sudo ${tool} --unblockapp ${target}`]
  },
}

/** Windows lets nobody in on networks that it takes for public. */
export function privateNetwork(networks: readonly string[]): Fix {
  const lines = networks.map((name) => `Set-NetConnectionProfile -InterfaceAlias "${name.replaceAll('"', '')}" -NetworkCategory Private`)
  return look('make-network-private', 'here', {}, { windows: lines })
}

/** The clock of this computer. */
export function setClock({ platform }: System): Fix {
  const commands: Partial<Record<NodeJS.Platform, Typed>> = {
    linux: { linux: ['sudo timedatectl set-ntp true'] },
    win32: { windows: ['Start-Service w32time', 'w32tm /resync /force'] },
    darwin: { macos: ['sudo systemsetup -setusingnetworktime on'] },
  }
  return look('set-clock', 'here', {}, commands[platform] ?? {})
}

type Typed = Partial<Record<CommandSystem, readonly string[]>>

/** Something to do by commands, the same wherever the system is the same. */
export function look<C extends FixCode>(code: C, where: Fix['where'], values: FixValues[C], typed: Typed): Fix {
  const commands = Object.entries(typed) as [CommandSystem, readonly string[]][]
  return { code, where, values, commands: commands.map(([system, lines]) => ({ system, lines: lines.map((line) => ({ typed: line })) })) }
}

/** Codes of what is particular about nothing. */
type Plain = { [C in FixCode]: keyof FixValues[C] extends never ? C : never }[FixCode]

/** Something to do that no command does. */
export function advise(where: Fix['where'], code: Plain): Fix
export function advise<C extends FixCode>(where: Fix['where'], code: C, values: FixValues[C]): Fix
export function advise<C extends FixCode>(where: Fix['where'], code: C, values?: FixValues[C]): Fix {
  return { code, where, values: values ?? {}, commands: [] } as Fix
}
