/** The network as the app sees it: its interfaces, ranked, and the registries found on those that are used. */
import { networkInterfaces } from 'node:os'
import { createAsk } from '../../core/client/ask.ts'
import type { Clock } from '../../core/protocol/clock.ts'
import { asOptiChatError, OptiChatError } from '../../core/protocol/errors.ts'
import { parseAddress } from '../../discovery/address.ts'
import { combineFinders } from '../../discovery/all-finders.ts'
import type { Finder, FoundRegistry } from '../../discovery/finder.ts'
import { createHostFinder, type HostFinder } from '../../discovery/host-finder.ts'
import { surveyInterfaces } from '../../discovery/interfaces.ts'
import { placesOf } from '../../discovery/invite.ts'
import { createMdnsFinder } from '../../discovery/mdns-finder.ts'
import { knownPlaces, type NetworkFile } from '../../discovery/network-file.ts'
import type { FoundView, InterfaceView, LookedAt } from '../bridge.ts'

/** Milliseconds between looks at the system's addresses (0.2 ms each): a cable put in shows within that time. */
const LOOK = 2_000

/** Times the system is asked again that did not tell all in time, as where many programs start at once. */
const AGAIN = 3

/** Addresses kept that found registries are said to have, too. */
const MAX_ALSO = 64

const byMdns = (on: string | null): Finder => createMdnsFinder(on === null ? {} : { interfaces: [on] })

export interface LanOptions {
  /** False: nothing is sent or heard on the network; addresses are typed. */
  readonly discovery: boolean
  /** Used where nothing was chosen on any network yet. */
  readonly chosen: string | null
  /** The choice on each network, hosts typed in, and registries that others told of; shared with the command. */
  readonly file: NetworkFile
  readonly clock: Clock
  /** Finds what is announced on an interface, or on all accepted ones for null. Default: by mDNS. */
  readonly announced?: (on: string | null) => Finder
  known(registry: Pick<FoundRegistry, 'fingerprint'>): boolean
  interfacesChanged(interfaces: readonly InterfaceView[]): void
  foundChanged(found: readonly FoundView[]): void
  hostsChanged(hosts: readonly string[]): void
  log(line: string): void
}

export interface Lan {
  readonly interfaces: readonly InterfaceView[]
  readonly found: readonly FoundView[]
  /** Addresses that are asked beside what is announced, as they were typed. */
  readonly hosts: readonly string[]
  /** Where those that were found are, or are said to be: an impostor's word is one among several. */
  readonly places: readonly { readonly host: string; readonly port: number; readonly fingerprint?: string }[]
  /** Resolves when the interfaces were read for the first time, or could not be. */
  readonly ready: Promise<void>
  /** The chosen interface while it is there and has an address; else null, the best ones: a choice must not lame one elsewhere. */
  readonly inUse: string | null
  /** Uses this interface from now on, or the best ones for null. Rejects with `interface-unknown`. */
  choose(name: string | null): Promise<void>
  /** Asks at this address, too, from now on. @throws OptiChatError `bad-address` */
  addHost(text: string): void
  removeHost(text: string): void
  /** Which registry is at this address, or at one of an invite's. Rejects with `bad-address`, `registry-unreachable`, `registry-untrusted`, … */
  lookAt(text: string): Promise<LookedAt>
  /** Tells `found` anew: what is known has changed. */
  refresh(): void
  close(): Promise<void>
}

export function openLan(options: LanOptions): Lan {
  const { announced = byMdns } = options
  let chosen = options.chosen
  let interfaces: readonly InterfaceView[] = []
  let addresses = ''
  let closed = false
  let cancelLook: (() => void) | null = null
  let finder: { readonly on: string | null; readonly finder: Finder; readonly asking: HostFinder } | null = null
  const found = new Map<string, FoundRegistry>()
  let also: FoundRegistry[] = []
  /** Looks, one after the other, in which the system did not tell all. */
  let partial = 0
  /** What was chosen since the system last told all: it is for the network that it tells of next. */
  let made: string | null | undefined
  const ask = createAsk(options.clock)
  const views = () => [...found.values()].map((registry): FoundView => ({ ...registry, known: options.known(registry) }))
  const tellFound = () => options.foundChanged(views())

  const inUse = () => (interfaces.some(({ name, address }) => name === chosen && address !== '') ? chosen : null)

  /** Searches on the interface in use, or on all accepted ones. */
  const search = async () => {
    if (!options.discovery) return
    const on = inUse()
    if (finder?.on === on) return
    const before = finder
    const asking = createHostFinder({ places: () => knownPlaces(options.file), ask, clock: options.clock })
    const next = combineFinders([announced(on), asking])
    finder = { on, finder: next, asking }
    await before?.finder.stop()
    if (found.size > 0) {
      found.clear()
      tellFound()
    }
    const put = (registry: FoundRegistry) => {
      if (finder?.finder !== next) return
      found.set(registry.key, registry)
      tellFound()
    }
    next.start({
      found: put,
      changed: put,
      also: (registry) => {
        if (finder?.finder === next) also = [...also, registry].slice(-MAX_ALSO)
      },
      lost: (registry) => {
        if (finder?.finder === next && found.delete(registry.key)) tellFound()
      },
      trouble: ({ interface: name, message }) => options.log(`Discovery on ${name}: ${message}`),
    })
  }

  const hostsChanged = () => {
    finder?.asking.soon()
    options.hostsChanged(options.file.hosts)
  }

  /** What is chosen on a network. */
  const choice = (network: string) => {
    if (made !== undefined) {
      options.file.choose(network, made)
      chosen = made
    } else if (options.file.hasChoices) chosen = options.file.chosen(network)
    return chosen
  }

  const rank = async () => {
    const { whole, interfaces: ranked } = await surveyInterfaces({ choice, clock: options.clock })
    partial = whole ? 0 : partial + 1
    if (partial > 0 && partial <= AGAIN) addresses = ''
    else made = undefined
    const next = ranked.map(
      ({ name, address, kind, reasons, speed, accepted }): InterfaceView => ({
        name,
        address: address ?? '',
        kind,
        reasons,
        speed,
        accepted,
        chosen: name === chosen,
      }),
    )
    if (closed) return
    if (JSON.stringify(next) !== JSON.stringify(interfaces)) {
      interfaces = next
      options.interfacesChanged(next)
    }
    await search()
  }

  const look = () => {
    const now = JSON.stringify(networkInterfaces())
    const changed = now !== addresses
    addresses = now
    const ranked = changed ? rank() : Promise.resolve()
    return ranked
      .catch((error: unknown) => {
        addresses = ''
        options.log(`The network interfaces could not be read: ${asOptiChatError(error).message}`)
      })
      .finally(() => {
        if (!closed) cancelLook = options.clock.after(LOOK, look, true)
      })
  }

  const ready = look()
  return {
    ready,
    get interfaces() {
      return interfaces
    },
    get found() {
      return views()
    },
    get hosts() {
      return options.file.hosts
    },
    get places() {
      return [...found.values(), ...also]
    },
    get inUse() {
      return inUse()
    },
    async choose(name) {
      if (name !== null && !interfaces.some((one) => one.name === name)) throw new OptiChatError('interface-unknown', name)
      await ready
      made = name
      await rank()
    },
    addHost(text) {
      options.file.addHost(text)
      hostsChanged()
    },
    removeHost(text) {
      options.file.removeHost(text)
      hostsChanged()
    },
    async lookAt(text) {
      const invite = parseAddress(text)
      const { fingerprint } = invite
      const looking = new AbortController()
      const asked = placesOf(invite).map((place) => ask({ ...place, ...(fingerprint ? { fingerprint } : {}) }, looking.signal))
      // What its first address says counts where none answers as it should.
      const there = await Promise.any(asked).catch(() => asked[0])
      looking.abort()
      if (!there) throw new OptiChatError('bad-address', text)
      return { name: there.name, fingerprint: there.fingerprint, known: options.known(there) }
    },
    refresh: tellFound,
    async close() {
      closed = true
      cancelLook?.()
      const last = finder
      finder = null
      await last?.finder.stop()
    },
  }
}
