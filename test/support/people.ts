/** A real registry on 127.0.0.1 and people signed in to it, each with a profile folder of its own. Close it when done. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client, ClientEvents, RegistryAddress } from '../../core/client/client.ts'
import { type ClientOptions, openClient } from '../../core/client/open.ts'
import type { RunningRegistry } from '../../core/registry/options.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { until } from './wait.ts'

export interface Team<Name extends string> {
  /** The folder all of this is in. */
  readonly folder: string
  registry: RunningRegistry
  /** Where the registry is. */
  readonly address: RegistryAddress
  /** The registry's lines so far. */
  readonly log: string[]
  /** Signed in and connected. */
  readonly people: Record<Name, Client>
  profile(name: string): string
  /** One more client on a profile of that name, new or not; closed with the team. */
  open(name: string, options?: Partial<ClientOptions>): Promise<Client>
  /** Starts the registry on the same data and port, after `registry.close()`. */
  startAgain(): Promise<void>
  close(): Promise<void>
}

export const passwordOf = (name: string): string => `password of ${name}`

/** `await startTeam(['alice', 'bob'])`: all of them registered, online and synced. Costs about a second a person. */
export async function startTeam<Name extends string>(names: readonly Name[], options: Partial<ClientOptions> = {}): Promise<Team<Name>> {
  const folder = await mkdtemp(join(tmpdir(), 'optichat-team-'))
  const log: string[] = []
  const start = (port: number) =>
    startRegistry({ data: join(folder, 'registry'), name: 'Team', port, host: '127.0.0.1', log: (line) => log.push(line) })
  const registry = await start(0)
  const address = { host: '127.0.0.1', port: registry.port }
  const clients: Client[] = []
  const team: Team<Name> = {
    folder,
    registry,
    address,
    log,
    people: {} as Record<Name, Client>,
    profile: (name) => join(folder, name),
    open: async (name, own = {}) => {
      const client = await openClient({ profile: join(folder, name), peer: { host: '127.0.0.1' }, ...options, ...own })
      clients.push(client)
      return client
    },
    startAgain: async () => {
      team.registry = await start(address.port)
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()))
      await team.registry.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await Promise.all(
      names.map(async (name) => {
        const client = await team.open(name)
        team.people[name] = client
        await client.register(address, name, passwordOf(name))
        await client.connect()
      }),
    )
    const allOnline = (client: Client) => client.roster().filter(({ presence }) => presence === 'online').length === names.length
    for (const client of clients) await until('everybody sees everybody online', () => allOnline(client))
    return team
  } catch (error) {
    await team.close()
    throw error
  }
}

/** Collects an event's first arguments from now on. */
export function collect<E extends keyof ClientEvents>(client: Client, event: E): ClientEvents[E][0][] {
  const seen: ClientEvents[E][0][] = []
  client.on(event, (...args) => seen.push(args[0]))
  return seen
}
