/** Some of the clients of the load bench, in a process of their own. */
import { randomUUID } from 'node:crypto'
import { type EventLoopUtilization, performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { Backoff } from '../../core/client/reconnect.ts'
import { systemClock } from '../../core/protocol/clock.ts'
import { asOptiChatError } from '../../core/protocol/errors.ts'
import { serveCalls } from './calls.ts'
import type { Enrolled } from './prepared.ts'
import { RawClient } from './raw-client.ts'
import type { RegistryAt } from './registry-process.ts'

interface Place {
  readonly client: RawClient
  /** The own address it dials from. */
  readonly from: string | undefined
  /** Positions of the messages it got. */
  readonly got: number[]
  /** Comes back by itself, with the waits of a real client. */
  readonly backoff: Backoff
}

export interface SignedIn {
  /** Milliseconds from dialling until synced, each. */
  readonly took: number[]
  /** How often what refused an attempt. */
  readonly refused: Record<string, number>
  /** Milliseconds since 1970 when the last one was synced. */
  readonly last: number
}

let registry: RegistryAt = { host: '', port: 0, fingerprint: '' }
let places: Place[] = []
let returning: { took: number[]; refused: Record<string, number>; began: number } | null = null
let load: EventLoopUtilization = performance.eventLoopUtilization()

function lost(place: Place): void {
  if (returning) place.backoff.schedule(() => void comeBack(place))
}

async function comeBack(place: Place): Promise<void> {
  try {
    await place.client.connect(registry, place.from)
    returning?.took.push(Date.now() - returning.began)
    place.backoff.reset()
  } catch (error) {
    if (!returning) return
    const { code, detail, retryAfter } = asOptiChatError(error)
    const why = code === 'connection-lost' ? `${code} (${detail})` : code
    returning.refused[why] = (returning.refused[why] ?? 0) + 1
    place.client.close()
    place.backoff.schedule(() => void comeBack(place), retryAfter)
  }
}

const calls = {
  start(of: { registry: RegistryAt; people: Enrolled[]; from: (string | undefined)[]; head: number }): void {
    registry = of.registry
    places = of.people.map((person, index) => {
      const place: Place = {
        client: new RawClient(
          { person, after: of.head, observes: index === 0 },
          { message: ({ position }) => place.got.push(position), lost: () => lost(place) },
        ),
        from: of.from[index],
        got: [],
        backoff: new Backoff(systemClock, Math.random),
      }
      return place
    })
  },

  /** Signs all in, so many at a time; who is refused tries again until it works. */
  async signIn({ atOnce }: { atOnce: number }): Promise<SignedIn> {
    const queue = [...places]
    const [took, refused]: [number[], Record<string, number>] = [[], {}]
    const worker = async () => {
      for (let place = queue.shift(); place; place = queue.shift()) {
        for (let tries = 1; ; tries++) {
          const began = performance.now()
          try {
            await place.client.connect(registry, place.from)
            took.push(performance.now() - began)
            break
          } catch (error) {
            const { code, detail } = asOptiChatError(error)
            const why = code === 'connection-lost' ? `${code} (${detail})` : code
            refused[why] = (refused[why] ?? 0) + 1
            place.client.close()
            if (tries >= 20) throw error
            await pause(250 + Math.random() * 250)
          }
        }
      }
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    return { took, refused, last: Date.now() }
  },

  /** Sends messages to everyone, from as many people, all at once. @returns what was acknowledged */
  async send({ messages }: { messages: number }): Promise<{ positions: number[]; lost: number }> {
    const sent = await Promise.allSettled(
      Array.from({ length: messages }, (_, n) => {
        const body = { kind: 'text', text: `message ${n}` } as const
        return places[n % places.length]?.client.ask('send', { id: randomUUID(), to: 'everyone', body })
      }),
    )
    const positions = sent.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value.position] : []))
    return { positions, lost: messages - positions.length }
  },

  /** Waits until everybody has got that far. @returns when, in milliseconds since 1970 */
  async received({ position, patience }: { position: number; patience: number }): Promise<number> {
    const end = Date.now() + patience
    while (places.some(({ client }) => client.cursor < position)) {
      if (Date.now() > end) throw new Error(`${places.filter(({ client }) => client.cursor < position).length} did not get #${position}`)
      await pause(10)
    }
    return Date.now()
  },

  /** From now on everybody who is cut off comes back by itself. */
  comeBackAlways(): void {
    returning = { took: [], refused: {}, began: Date.now() }
  },

  /** Waits until all are back. `took`: milliseconds since `began`. */
  async allBack({ began, patience }: { began: number; patience: number }): Promise<SignedIn> {
    const since = returning
    if (!since) throw new Error('nobody was to come back')
    const end = Date.now() + patience
    while (since.took.length < places.length) {
      if (Date.now() > end) throw new Error(`${places.length - since.took.length} did not come back: ${JSON.stringify(since.refused)}`)
      await pause(10)
    }
    returning = null
    const late = since.began - began
    return { took: since.took.map((millis) => millis + late), refused: since.refused, last: Date.now() }
  },

  /** Compares what everybody got with what was acknowledged. */
  verify({ positions }: { positions: readonly number[] }): string[] {
    return places.flatMap(({ client, got }) => {
      const all = new Set(got)
      const missing = positions.filter((position) => !all.has(position)).length
      const problems = [...client.problems]
      if (missing > 0) problems.push(`${client.person.user} lacks ${missing} of ${positions.length} acknowledged messages`)
      if (all.size < got.length) problems.push(`${client.person.user} got ${got.length - all.size} messages twice`)
      return problems
    })
  },

  /** How many frames told each client of presence since the last look, and who the observer believes to be there. */
  presence(): { frames: number[]; bytes: number; online: number } {
    const frames = places.map(({ client }) => client.presenceFrames)
    const bytes = places.reduce((sum, { client }) => sum + client.presenceBytes, 0)
    for (const { client } of places) {
      client.presenceFrames = 0
      client.presenceBytes = 0
    }
    const online = [...(places[0]?.client.roster.values() ?? [])].filter((presence) => presence === 'online').length
    return { frames, bytes, online }
  },

  /** The share of the time since the last look that this process was busy, 0 to 1. */
  busy(): number {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, load)
    load = now
    return utilization
  },
}

export type GeneratorCalls = typeof calls
serveCalls(calls)
