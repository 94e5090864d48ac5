/** What is measured: OptiChat, and beside it what people use instead. A section starts each anew, in an empty folder, with its clients. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CalledProcess } from './calls.ts'
import type { CrowdCalls } from './crowd.script.ts'
import { bare } from './peers/bare.ts'
import { mosquitto } from './peers/mosquitto.ts'
import { nats } from './peers/nats.ts'
import { HOST, type Peer, type PeerName, type Promises, type Server } from './peers/peer.ts'
import { prosody } from './peers/prosody.ts'
import { type Prepared, prepareRegistry } from './prepared.ts'
import type { Usage } from './process-usage.ts'
import { RegistryProcess } from './registry-process.ts'
import type { Role } from './speakers/speaker.ts'

export type SubjectName = 'optichat' | PeerName

export const PEERS: readonly Peer[] = [mosquitto, nats, prosody, bare]

export const OPTICHAT: { readonly title: string; readonly promises: Promises } = {
  title: 'OptiChat',
  promises: {
    encrypted: 'TLS 1.3, device certificates',
    stored: 'every message is synced to disk (fsync) before it is acknowledged or handed out',
  },
}

/** Sessions of one address that a registry takes, less some. */
const PER_ADDRESS = 900

/** One fresh start of a server, and its clients. */
export interface Running {
  readonly crowd: CalledProcess<CrowdCalls>
  readonly clients: number
  usage(): Usage
  /** Connects the clients. @returns seconds */
  connect(role: Role): Promise<number>
}

export interface Program {
  readonly name: PeerName
  readonly version: string
}

/** The peers that are on this machine; those that are missing are installed where that is ours to do. */
export function findPeers(say: (line: string) => void): { there: Program[]; missing: Peer[] } {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin`, DEBIAN_FRONTEND: 'noninteractive' }
  process.env.PATH = env.PATH
  const has = ({ program }: Peer) => spawnSync('which', [program], { env }).status === 0
  const lacking = PEERS.filter((peer) => !has(peer)).map(({ debian }) => debian)
  if (lacking.length > 0 && process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    say(`installing ${lacking.join(', ')} (apt-get)`)
    for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...lacking]]) {
      const { status, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' })
      if (status !== 0) say(`apt-get ${args.join(' ')} failed: ${stderr.trim()}`)
    }
  }
  const there = PEERS.filter(has).map((peer) => ({ name: peer.name, version: versionOf(peer) }))
  return { there, missing: PEERS.filter((peer) => !has(peer)) }
}

function versionOf({ program, versionOption }: Peer): string {
  const { stdout, stderr } = spawnSync(program === 'prosody' ? 'prosodyctl' : program, [versionOption], { encoding: 'utf8' })
  return /\d+\.\d+(\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? 'unknown'
}

/** Registries as use would have left them; each is made once and copied for each start. */
export class Shelf {
  readonly #folder = mkdtempSync(join(tmpdir(), 'optichat-servers-'))
  readonly #made = new Map<string, Promise<Prepared & { data: string }>>()
  readonly #say: (line: string) => void

  constructor(say: (line: string) => void) {
    this.#say = say
  }

  prepared(people: number, messages: number): Promise<Prepared & { data: string }> {
    const name = `${people}-${messages}`
    let made = this.#made.get(name)
    if (!made) {
      this.#say(`preparing a registry with ${people} people and ${messages} messages`)
      const data = join(this.#folder, name)
      made = prepareRegistry({ data, people, messages }).then((prepared) => ({ ...prepared, data }))
      this.#made.set(name, made)
    }
    return made
  }

  /** An empty folder. */
  space(): string {
    return mkdtempSync(join(this.#folder, 'run-'))
  }

  clear(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export interface Start {
  readonly clients: number
  /** Messages that an OptiChat registry has stored before. */
  readonly messages?: number
}

/** Starts one of them, lets `use` use it, and takes it away. */
export async function withServer<T>(name: SubjectName, shelf: Shelf, start: Start, use: (running: Running) => Promise<T>): Promise<T> {
  const { clients, messages = 1_000 } = start
  const folder = shelf.space()
  const crowd = new CalledProcess<CrowdCalls>(new URL('./crowd.script.ts', import.meta.url))
  let server: Server | null = null
  try {
    // One more, who stays away.
    const prepared = name === 'optichat' ? await shelf.prepared(clients + 1, messages) : null
    const peer = PEERS.find((peer) => peer.name === name)
    server = prepared ? await registry(prepared.data, folder) : peer ? await peer.start({ folder, clients }) : null
    if (!server) throw new Error(`${name} is nothing that can be started`)
    const { at } = server
    return await use({
      crowd,
      clients,
      usage: server.usage,
      async connect(role) {
        const { people, head } = prepared ?? { people: [], head: 0 }
        const addresses = Math.ceil(clients / PER_ADDRESS)
        const seconds = await crowd.call('open', { server: at, clients, role, people, head, addresses, atOnce: 16 })
        return seconds
      },
    })
  } finally {
    await crowd.end()
    await server?.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The built command on a copy of a registry's folder. Its rate limits are lifted by its own option: peers have none. */
async function registry(template: string, folder: string): Promise<Server> {
  const data = join(folder, 'registry')
  mkdirSync(data)
  cpSync(template, data, { recursive: true })
  // What was copied shall not be written to the disk while something is measured.
  if (process.platform === 'linux') execFileSync('sync', ['-f', data])
  const profile = process.env.OPTICHAT_BENCH_PROFILE
  const node = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const process_ = new RegistryProcess(data, 0, { command: ['--no-rate-limits'], node })
  const { port, fingerprint } = await process_.ready
  return {
    at: { kind: 'optichat', host: HOST, port, fingerprint },
    usage() {
      const usage = process_.usage()
      if (!usage) throw new Error('the registry has ended, or this system does not tell what it uses')
      return usage
    },
    end: () => process_.end('SIGTERM'),
  }
}
