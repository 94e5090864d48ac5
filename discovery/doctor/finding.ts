/** What the doctor says: one examination as a snapshot, its checks in order, and what was found. */

/** In the order in which they are done. */
export const CHECKS = ['interfaces', 'registry', 'certificate', 'clock', 'multicast', 'inbound', 'peer'] as const
export type CheckId = (typeof CHECKS)[number]

/** What each check looks at, for a person who watches. */
export const CHECK_TITLES: Readonly<Record<CheckId, string>> = {
  interfaces: 'the network interfaces of this computer',
  registry: 'the way to the registry',
  certificate: 'the certificate of the registry',
  clock: 'the clock',
  multicast: 'finding each other without an address (mDNS)',
  inbound: 'whether others can reach this computer',
  peer: 'the way to the other person’s computer, both ways',
}

/**
 * Every code there is; they stay what they are, for scripts and for translations. `values` of a finding are named beside each.
 */
export const FINDING_CODES = [
  // interfaces
  'interfaces-fine', // interface, address
  'no-network',
  'only-vpn', // interface, address
  'only-virtual', // interface
  'only-link-local', // interface, address
  'no-ipv4', // interface
  'chosen-interface-gone', // interface
  'network-public', // network; Windows
  // the way to the registry
  'registry-reached', // host, port, name
  'no-registry-found',
  'name-unknown', // host
  'registry-stopped', // host, port
  'registry-firewall', // host, port
  'registry-absent', // host
  'registry-moved', // host, port (where it is now), name
  'registry-silent', // host, port
  'registry-busy', // host, port, code
  'port-taken', // host, port, program
  'version-differs', // host
  'firewall-out', // host, port
  'isolated', // host
  'other-subnet', // host
  'other-subnet-blocked', // host
  'no-route', // host
  'vpn-route', // host, interface
  'local-network-privacy', // host; macOS
  // certificate and account
  'certificate-fine', // fingerprint
  'certificate-unproven', // fingerprint
  'certificate-changed', // name, fingerprint, expected
  'other-registry', // name, expected
  'device-signed-out', // name
  'not-signed-in',
  // clock
  'clock-fine', // seconds
  'clock-off', // seconds; more than 0: this computer is ahead
  // multicast
  'multicast-fine',
  'multicast-firewall', // interface
  'multicast-lost',
  'multicast-out-lost',
  'multicast-in-lost',
  'registry-not-advertised',
  // others to this computer
  'inbound-fine',
  'firewall-in',
  'behind-nat', // address
  // one person
  'peer-reached', // user
  'peer-unknown', // user
  'peer-away', // user
  'peer-mute', // user
  'peer-firewall-in', // user
  'peer-firewall-out', // user
  'peers-isolated', // user
  'peer-other-subnet', // user
  'peer-behind-nat', // user, address
  'peer-untried', // user
  'slow-down',
] as const
export type FindingCode = (typeof FINDING_CODES)[number]

/** `fine`: as it should be. `hinders`: something works worse, or only one way round. `blocks`: it cannot work like this. */
export type Severity = 'fine' | 'hinders' | 'blocks'

/** Commands for one system, to be typed as they are. */
export interface FixCommands {
  /** `Linux with ufw`, `Windows (PowerShell as administrator)`, … */
  readonly system: string
  readonly lines: readonly string[]
}

export interface Fix {
  /** Whose computer it is to be done at; `network`: the access point or router. */
  readonly where: 'here' | 'registry' | 'peer' | 'network'
  /** One or two sentences. */
  readonly text: string
  /** For this computer: those of its own system. For another: one for each system it may have. */
  readonly commands: readonly FixCommands[]
}

export interface Finding {
  readonly code: FindingCode
  readonly check: CheckId
  readonly severity: Severity
  /** What happened, to what: a sentence. */
  readonly message: string
  /** What the sentence is particular about, for a translation of it. */
  readonly values: Readonly<Record<string, string | number>>
  /** Best first. */
  readonly fixes: readonly Fix[]
}

export interface CheckView {
  readonly id: CheckId
  readonly title: string
  /** `skipped`: what came before it leaves nothing to look at, or it was not asked for. */
  readonly state: 'waiting' | 'running' | 'done' | 'skipped'
  /** Milliseconds it took, once done. */
  readonly millis?: number
}

/** The whole examination as it stands. */
export interface DoctorView {
  readonly state: 'running' | 'done' | 'cancelled'
  /** What is looked at: the registry, as soon as it is known which, and the person asked for. */
  readonly registry: { readonly name?: string; readonly host: string; readonly port: number } | null
  readonly peer: string | null
  readonly checks: readonly CheckView[]
  /** What blocks first, then what hinders, then what is fine. Until it is done a later check may explain an earlier one better. */
  readonly findings: readonly Finding[]
}
