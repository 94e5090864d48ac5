/**
 * What the doctor says: one examination as a snapshot, its checks in order, and what was found. No sentence is here: a code and what it
 * is particular about, of which `words/` makes English and the app any of its languages.
 */

/** In the order in which they are done. */
export const CHECKS = ['interfaces', 'registry', 'certificate', 'clock', 'multicast', 'inbound', 'peer'] as const
export type CheckId = (typeof CHECKS)[number]

/** Nothing in particular. */
export type None = Readonly<Record<never, never>>

/** Of a registry as it was reached for. */
interface At {
  readonly host: string
  readonly port: number
}

/** Every code there is, with what it is particular about; they stay what they are, for scripts and for translations. */
export interface FindingValues {
  // interfaces
  readonly 'interfaces-fine': { readonly interface: string; readonly address: string }
  readonly 'no-network': None
  readonly 'only-vpn': { readonly interface: string; readonly address: string }
  readonly 'only-virtual': { readonly interface: string }
  readonly 'only-link-local': { readonly interface: string; readonly address: string }
  readonly 'no-ipv4': { readonly interface: string }
  readonly 'chosen-interface-gone': { readonly interface: string }
  /** Windows. */
  readonly 'network-public': { readonly network: string }
  // the way to the registry
  readonly 'registry-reached': At & { readonly name: string }
  readonly 'no-registry-found': None
  readonly 'name-unknown': At
  readonly 'registry-stopped': At
  /** `drops`: others were seen to fail, too; `seems`: nobody could be asked; `refuses`: it turns connections away. */
  readonly 'registry-firewall': At & { readonly how: 'drops' | 'seems' | 'refuses' }
  readonly 'registry-absent': At
  /** Where it is now, and at which host it was before. */
  readonly 'registry-moved': At & { readonly name: string; readonly before: string }
  readonly 'registry-silent': At
  /** The error's code. */
  readonly 'registry-busy': At & { readonly code: string }
  /** What the program says of itself; empty: nothing. */
  readonly 'port-taken': At & { readonly program: string }
  readonly 'version-differs': At
  /** On the way to somebody's computer: `port` is 0, and whose it is. */
  readonly 'firewall-out': At & { readonly user?: string }
  readonly isolated: At
  readonly 'other-subnet': { readonly host: string }
  readonly 'other-subnet-blocked': At
  readonly 'no-route': At
  readonly 'vpn-route': At & { readonly interface: string }
  /** macOS. */
  readonly 'local-network-privacy': At
  // certificate and account
  readonly 'certificate-fine': { readonly fingerprint: string }
  readonly 'certificate-unproven': { readonly fingerprint: string }
  /** What it differs from. */
  readonly 'certificate-changed': Other & { readonly from: 'before' | 'invite' }
  /** The name of the one that is known. */
  readonly 'other-registry': Other & { readonly known: string }
  readonly 'device-signed-out': { readonly name: string; readonly user: string }
  readonly 'not-signed-in': None
  // clock
  readonly 'clock-fine': { readonly seconds: number }
  /** More than 0: this computer is ahead. */
  readonly 'clock-off': { readonly seconds: number }
  // multicast
  readonly 'multicast-fine': None
  readonly 'multicast-firewall': { readonly interface: string; readonly port: number }
  readonly 'multicast-lost': None
  readonly 'multicast-out-lost': None
  readonly 'multicast-in-lost': None
  readonly 'registry-not-advertised': None
  // others to this computer
  readonly 'inbound-fine': None
  readonly 'firewall-in': None
  readonly 'behind-nat': { readonly address: string }
  // one person
  readonly 'peer-reached': Peer
  readonly 'peer-unknown': Peer
  readonly 'peer-away': Peer
  readonly 'peer-mute': Peer
  readonly 'peer-firewall-in': Peer
  readonly 'peer-firewall-out': Peer
  readonly 'peers-isolated': Peer
  readonly 'peer-other-subnet': Peer & { readonly address: string }
  readonly 'peer-behind-nat': Peer & { readonly address: string }
  readonly 'peer-untried': Peer
  readonly 'slow-down': None
}
export type FindingCode = keyof FindingValues

/** What answers instead of the registry that is expected: its name, its fingerprint, and the one that is expected. */
interface Other {
  readonly host: string
  readonly name: string
  readonly fingerprint: string
  readonly expected: string
}

interface Peer {
  readonly user: string
}

/** What can be done, with what it is particular about. */
export interface FixValues {
  // interfaces
  readonly 'connect-network': None
  readonly 'leave-vpn': None
  readonly 'choose-interface': None
  readonly 'check-dhcp': None
  readonly 'renew-address': None
  readonly 'enable-ipv4': None
  readonly 'make-network-private': None
  // the way to the registry
  readonly 'start-registry': None
  readonly 'type-address': None
  readonly 'free-port': { readonly port: number }
  readonly 'see-who-listens': None
  readonly 'check-address': None
  readonly 'check-name': None
  readonly 'check-network-of-address': None
  readonly 'check-this-network': None
  readonly 'update-older': None
  readonly 'restart-registry': None
  readonly 'stop-filtering': None
  readonly 'wait-for-registry': None
  readonly 'start-registry-there': None
  readonly 'check-told-address': None
  readonly 'open-registry-port': { readonly port: number }
  readonly 'check-windows-public': None
  readonly 'open-out-else': { readonly port: number }
  readonly 'open-out': { readonly port: number }
  readonly 'check-security-program': None
  readonly 'wake-registry': None
  readonly 'check-isolation': None
  readonly 'stop-isolation': None
  readonly 'use-cable': None
  readonly 'check-registry-on': None
  readonly 'route-port': { readonly port: number }
  readonly 'add-gateway': None
  readonly 'allow-local-network': None
  readonly 'allow-lan-in-vpn': None
  readonly 'see-route': None
  readonly 'note-address': None
  readonly 'keep-address': None
  // certificate, account and clock
  readonly 'compare-fingerprint': { readonly fingerprint: string }
  readonly 'sign-in-anew': { readonly known: string }
  readonly 'do-not-go-on': None
  readonly 'compare-with-owner': None
  readonly 'sign-in': None
  readonly 'sign-in-again': None
  readonly 'set-clock': None
  // multicast
  readonly 'open-multicast': { readonly port: number }
  readonly 'open-multicast-in': { readonly port: number }
  readonly 'open-multicast-there': { readonly port: number }
  readonly 'type-address-meanwhile': None
  readonly 'advertise-registry': None
  readonly 'allow-multicast': None
  // people
  readonly 'join-same-network': None
  readonly 'join-same-network-there': None
  readonly 'join-one-network': None
  readonly 'open-program': None
  readonly 'open-program-there': Peer
  readonly 'open-lan-out': None
  readonly 'open-lan-out-there': Peer
  readonly 'use-ipv4': None
  readonly 'stop-wireless-isolation': None
  readonly 'cable-for-one': None
  readonly 'route-peers': None
  readonly 'see-names': None
  readonly 'start-optichat-there': None
  readonly 'wait-a-minute': None
  readonly 'look-there': None
}
export type FixCode = keyof FixValues

/** `fine`: as it should be. `hinders`: something works worse, or only one way round. `blocks`: it cannot work like this. */
export type Severity = 'fine' | 'hinders' | 'blocks'

/** A system, or a firewall's manager on it, that has commands of its own. `windows`: PowerShell as administrator. */
export type CommandSystem = 'ufw' | 'firewalld' | 'nft' | 'linux' | 'windows' | 'powershell' | 'macos'

/** What a command is for that is not simply the next to be typed. */
export type CommandNote = 'shows-chain' | 'shows-rules' | 'plain-prompt'

export interface CommandLine {
  /** To be typed as it is, in every language. */
  readonly typed: string
  readonly note?: CommandNote
}

export interface FixCommands {
  readonly system: CommandSystem
  readonly lines: readonly CommandLine[]
}

export interface Fix<C extends FixCode = FixCode> {
  readonly code: C
  /** Whose computer it is to be done at; `network`: the access point or router. */
  readonly where: 'here' | 'registry' | 'peer' | 'network'
  readonly values: FixValues[C]
  /** For this computer: those of its own system. For another: one for each system it may have. */
  readonly commands: readonly FixCommands[]
}

export interface Finding<C extends FindingCode = FindingCode> {
  readonly code: C
  readonly check: CheckId
  readonly severity: Severity
  readonly values: FindingValues[C]
  /** Best first. */
  readonly fixes: readonly Fix[]
}

export interface CheckView {
  readonly id: CheckId
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
