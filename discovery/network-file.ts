/**
 * What a profile remembers of networks: the interface a person chose on each, the hosts typed in by hand, and registries that others told
 * of. One small JSON file beside the profile's other ones, so that the command and the app share it; read anew each time, replaced whole.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parseAddress } from './address.ts'
import type { KnownPlace } from './host-finder.ts'
import { cleanName } from './service-name.ts'

/** Networks whose choice is remembered: of more, the one not chosen on for the longest time is forgotten. */
const MAX_NETWORKS = 100
/** Hosts typed in: each is asked now and then. */
const MAX_HOSTS = 32
/** Registries that others told of: hints, of which the newest count. */
const MAX_HEARD_OF = 64

/** A registry that another registry told of; a hint, as all that is found. */
export interface HeardOf {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly fingerprint: string
}

interface Remembered {
  readonly choices: Readonly<Record<string, string>>
  readonly hosts: readonly string[]
  readonly heardOf: readonly HeardOf[]
}

export interface NetworkFile {
  /** The interface chosen on a network, by its name; null: the best one. */
  chosen(network: string): string | null
  choose(network: string, name: string | null): void
  /** Whether anything was chosen anywhere: only then it matters which network this is. */
  readonly hasChoices: boolean
  /** Addresses of registries typed in by hand, as they were typed. */
  readonly hosts: readonly string[]
  /** @throws OptiChatError `bad-address` */
  addHost(text: string): void
  /** Answers whether it was there. */
  removeHost(text: string): boolean
  readonly heardOf: readonly HeardOf[]
  hearOf(registries: readonly HeardOf[]): void
}

export function openNetworkFile(profile: string): NetworkFile {
  const path = join(profile, 'network.json')
  const change = (next: (now: Remembered) => Partial<Remembered>) => {
    const now = read(path)
    write(profile, path, { ...now, ...next(now) })
  }
  return {
    chosen: (network) => read(path).choices[network] ?? null,
    choose: (network, name) =>
      change(({ choices }) => {
        const others = Object.entries(choices).filter(([one]) => one !== network)
        const all = name === null ? others : [...others, [network, name] as const]
        return { choices: Object.fromEntries(all.slice(-MAX_NETWORKS)) }
      }),
    get hasChoices() {
      return Object.keys(read(path).choices).length > 0
    },
    get hosts() {
      return read(path).hosts
    },
    addHost(text) {
      parseAddress(text)
      const host = text.trim()
      change(({ hosts }) => ({ hosts: [...hosts.filter((one) => one !== host), host].slice(-MAX_HOSTS) }))
    },
    removeHost(text) {
      const host = text.trim()
      const isThere = read(path).hosts.includes(host)
      if (isThere) change(({ hosts }) => ({ hosts: hosts.filter((one) => one !== host) }))
      return isThere
    },
    get heardOf() {
      return read(path).heardOf
    },
    hearOf(registries) {
      const told = registries.filter(isHeardOf)
      if (told.length === 0 || told.every((one) => read(path).heardOf.some((known) => JSON.stringify(known) === JSON.stringify(one))))
        return
      change(({ heardOf }) => {
        const others = heardOf.filter(({ fingerprint }) => !told.some((one) => one.fingerprint === fingerprint))
        return { heardOf: [...others, ...told].slice(-MAX_HEARD_OF) }
      })
    },
  }
}

/** Addresses to ask, typed ones first. */
export function knownPlaces({ hosts, heardOf }: Pick<NetworkFile, 'hosts' | 'heardOf'>): KnownPlace[] {
  const typed = hosts.map((text): KnownPlace => {
    const { host, port, fingerprint } = parseAddress(text)
    return { host, port, by: 'typed', ...(fingerprint ? { fingerprint } : {}) }
  })
  return [...typed, ...heardOf.map(({ host, port, fingerprint }): KnownPlace => ({ host, port, fingerprint, by: 'told' }))]
}

function isHeardOf(value: unknown): value is HeardOf {
  if (typeof value !== 'object' || value === null) return false
  const { name, host, port, fingerprint } = value as Record<string, unknown>
  if (typeof name !== 'string' || typeof host !== 'string' || typeof port !== 'number' || typeof fingerprint !== 'string') return false
  if (name !== cleanName(name) || !/^[0-9a-f]{64}$/.test(fingerprint)) return false
  return canBeDialled(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
}

function canBeDialled(text: unknown): text is string {
  try {
    return typeof text === 'string' && parseAddress(text).host !== ''
  } catch {
    return false
  }
}

/** What makes no sense in it is left out: a file that somebody edited must not keep anybody from being found. */
function read(path: string): Remembered {
  const whole = parsed(path)
  const choices = Object.entries(whole.choices ?? {}).filter((choice): choice is [string, string] => typeof choice[1] === 'string')
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
  return {
    choices: Object.fromEntries(choices),
    hosts: list(whole.hosts).filter(canBeDialled).slice(-MAX_HOSTS),
    heardOf: list(whole.heardOf).filter(isHeardOf).slice(-MAX_HEARD_OF),
  }
}

function parsed(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {}
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {} // half a file of a full disk, say: choosing again writes a new one
  }
}

/** Writes beside it, syncs, renames over it. */
function write(profile: string, path: string, value: Remembered): void {
  mkdirSync(profile, { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}.new`
  const file = openSync(temporary, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify(value, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}
