/** What discovery takes on a virtual LAN: each measurement tells milliseconds. `test/bench/discovery.script.ts` puts them together. */
import type { FoundRegistry } from '../../discovery/finder.ts'
import type { Lan, LanProcess } from '../support/lan.ts'
import { command } from '../support/lan-ip.ts'
import { until } from '../support/wait.ts'

type Event = FoundRegistry & { event: string; at: number; id?: string; millis?: number }

/** A host's program that finds and advertises as told. */
export class Agent {
  readonly process: LanProcess
  #seen = 0

  private constructor(process: LanProcess) {
    this.process = process
  }

  static async start(lan: Lan, host: string): Promise<Agent> {
    const process = lan.host(host).spawn('node', ['--import', './test/support/typescript.mjs', 'test/bench/discovery-agent.script.ts'])
    await process.json<Event>(({ event }) => event === 'ready', 30_000)
    return new Agent(process)
  }

  /** Events of a kind since the last `find` or `forget`. */
  events(kind: string): Event[] {
    return this.process
      .jsonSoFar<Event>()
      .slice(this.#seen)
      .filter(({ event }) => event === kind)
  }

  forget(): void {
    this.#seen = this.process.jsonSoFar().length
  }

  /** @returns when it began */
  async find(): Promise<number> {
    this.forget()
    return this.#start({ do: 'find' }, 'finder')
  }

  async advertise(id: string, options: object): Promise<number> {
    return this.#start({ do: 'advertise', id, options }, id)
  }

  async stop(id = 'finder'): Promise<void> {
    this.#tell({ do: 'stop', id })
    await this.process.json<Event>((one) => one.event === 'stopped' && one.id === id, 20_000)
  }

  /** The longest that the event loop was not free since the last time, in milliseconds. */
  async stall(): Promise<number> {
    this.#tell({ do: 'stall' })
    return (await this.process.json<Event>(({ event }) => event === 'stall')).millis ?? Number.NaN
  }

  /** When an event came that fits; waits for it. */
  async when(kind: string, fits: (event: Event) => boolean = () => true, millis = 30_000): Promise<number> {
    return (await until(`${kind} to be told`, () => this.events(kind).find(fits), millis)).at
  }

  async #start(order: object, id: string): Promise<number> {
    this.#tell(order)
    return (await this.process.json<Event>((one) => one.event === 'starting' && one.id === id, 20_000)).at
  }

  #tell(order: object): void {
    this.process.write(`${JSON.stringify(order)}\n`)
  }
}

export const registryNamed = (name: string, port = 6784) => ({
  name,
  port,
  id: name,
  fingerprint: Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64),
})

/** Counts the mDNS packets that leave a host from now on. */
export async function countPackets(lan: Lan, host: string): Promise<() => Promise<number>> {
  const inside = ['netns', 'exec', lan.host(host).namespace, 'nft']
  const rules =
    'table inet count {\nchain out {\ntype filter hook output priority 0\nudp sport 5353 counter\nudp dport 5353 udp sport != 5353 counter\n}\n}\n'
  await command('ip', [...inside, '-f', '-'], rules)
  return async () => {
    const listed = await command('ip', [...inside, 'list', 'table', 'inet', 'count'])
    await command('ip', [...inside, 'delete', 'table', 'inet', 'count'])
    return [...listed.matchAll(/packets (\d+)/g)].reduce((sum, [, packets]) => sum + Number(packets), 0)
  }
}
