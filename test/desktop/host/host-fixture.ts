/** Hosts on profiles of their own beside a real registry on 127.0.0.1; nothing goes over the network. Close it when done. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningRegistry } from '../../../core/registry/options.ts'
import { startRegistry } from '../../../core/registry/registry.ts'
import type { Answer, Arguments, Command, EventName, Events } from '../../../desktop/bridge.ts'
import { type Host, type HostOptions, openHost } from '../../../desktop/host/host.ts'
import type { Shell } from '../../../desktop/host/shell.ts'

export interface TestHost {
  readonly host: Host
  readonly profile: string
  readonly log: string[]
  /** Paths the file manager was opened on. */
  readonly shown: string[]
  /** Paths opened by their program. */
  readonly opened: string[]
  /** All events so far. */
  readonly events: { event: EventName; value: unknown }[]
  call<C extends Command>(command: C, ...args: Arguments<C>): Promise<Answer<C>>
  /** The newest value of an event. */
  newest<E extends EventName>(event: E): Events[E] | undefined
  all<E extends EventName>(event: E): Events[E][]
}

export interface HostsFixture {
  readonly folder: string
  readonly registry: RunningRegistry
  /** `127.0.0.1:port` of it. */
  readonly address: string
  open(name: string, options?: Partial<HostOptions>): Promise<TestHost>
  close(): Promise<void>
}

export async function openHosts(): Promise<HostsFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'optichat-host-'))
  const registry = await startRegistry({ data: join(folder, 'registry'), name: 'Team', port: 0, host: '127.0.0.1', log: () => undefined })
  const hosts: Host[] = []
  return {
    folder,
    registry,
    address: `127.0.0.1:${registry.port}`,
    async open(name, options = {}) {
      const profile = join(folder, name)
      await mkdir(profile, { recursive: true })
      const log: string[] = []
      const shown: string[] = []
      const opened: string[] = []
      const shell: Shell = {
        kind: 'electron',
        files: { pickFiles: async () => [join(folder, 'picked')], pickFolder: async () => null },
        open: async (path) => {
          opened.push(path)
        },
        show: async (path) => {
          shown.push(path)
        },
      }
      const peer = { host: '127.0.0.1' }
      const host = await openHost({ profile, shell, peer, discovery: false, registryPort: 0, log: (line) => log.push(line), ...options })
      hosts.push(host)
      const events: { event: EventName; value: unknown }[] = []
      host.subscribe((event, value) => events.push({ event, value }))
      const all = <E extends EventName>(event: E) => events.filter((one) => one.event === event).map(({ value }) => value as Events[E])
      return {
        host,
        profile,
        log,
        shown,
        opened,
        events,
        call: <C extends Command>(command: C, ...args: Arguments<C>) => host.call(command, args) as Promise<Answer<C>>,
        newest: (event) => all(event).at(-1),
        all,
      }
    },
    async close() {
      await Promise.all(hosts.map((host) => host.close()))
      await registry.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The code an attempt is refused with; fails when it is not. */
export async function codeOf(attempt: Promise<unknown>): Promise<unknown> {
  const error = await attempt.then(
    (answer) => new Error(`it was done: ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  )
  if (error instanceof Error && 'code' in error) return error.code
  throw error
}
