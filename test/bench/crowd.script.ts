/** The clients of the bench, of whichever server, in a process of their own: they make the load and count what comes. */
import { setTimeout as pause } from 'node:timers/promises'
import { serveCalls } from './calls.ts'
import type { Enrolled } from './prepared.ts'
import { bare } from './speakers/bare.ts'
import { mqtt } from './speakers/mqtt.ts'
import { nats } from './speakers/nats.ts'
import { optichat } from './speakers/optichat.ts'
import type { Role, ServerAt, Speaker, Voice } from './speakers/speaker.ts'
import { xmpp } from './speakers/xmpp.ts'

const SPEAKERS: Record<ServerAt['kind'], Speaker> = { bare, mqtt, nats, optichat, xmpp }

/** A run in which nothing comes for so many milliseconds is over: something was lost. */
const PATIENCE = 10_000
/** Digits of the time at the end of each text: microseconds since this process began. */
const TIME = 16

/** What came of some seconds of load. */
export interface Counted {
  readonly sent: number
  /** Deliveries, or acknowledgements. */
  readonly came: number
  /** As many should have come. */
  readonly due: number
  readonly seconds: number
}

let voices: Voice[] = []
let presence: number[] = []
const troubles: string[] = []
let heard: (client: number, chunk: Buffer, end: number) => void = () => undefined
let acknowledged: (client: number) => void = () => undefined
let spent = { cpu: process.cpuUsage(), at: performance.now() }

const text = (bytes: number) => String(Math.round(performance.now() * 1000)).padStart(Math.max(bytes, TIME), '0')

/** Milliseconds since a text was made. */
function age(chunk: Buffer, end: number): number {
  let micros = 0
  for (let at = end - TIME; at < end; at++) micros = micros * 10 + (chunk[at] ?? 48) - 48
  return performance.now() - micros / 1000
}

/** Waits until all has come that is due, or nothing comes any more. */
async function drained(came: () => number, due: () => number): Promise<void> {
  let [last, since] = [came(), performance.now()]
  while (came() < due()) {
    await pause(2)
    if (came() > last) [last, since] = [came(), performance.now()]
    else if (performance.now() - since > PATIENCE) return
  }
}

const at = (index: number): Voice => {
  const voice = voices[index]
  if (!voice) throw new Error(`there is no client ${index}`)
  return voice
}

const calls = {
  /** Connects clients, so many at a time. @returns seconds */
  async open(of: {
    server: ServerAt
    clients: number
    role: Role
    people: readonly Enrolled[]
    head: number
    addresses: number
    atOnce: number
  }): Promise<number> {
    const began = performance.now()
    const queue = Array.from({ length: of.clients }, (_, n) => n)
    presence = queue.map(() => 0)
    const opened: Voice[] = []
    const speak = SPEAKERS[of.server.kind]
    const one = async (n: number) => {
      opened[n] = await speak({
        at: of.server,
        n,
        role: of.role,
        people: of.people,
        head: of.head,
        from: of.addresses > 1 ? `127.0.0.${1 + (n % of.addresses)}` : undefined,
        hears: {
          message: (chunk, end) => heard(n, chunk, end),
          acknowledged: () => acknowledged(n),
          presence: () => {
            presence[n] = (presence[n] ?? 0) + 1
          },
          trouble: (what) => void (troubles.length < 20 && troubles.push(`client ${n}: ${what}`)),
        },
      })
    }
    // The first by itself: it may have to prepare things for the others.
    const first = queue.shift()
    if (first !== undefined) await one(first)
    const worker = async () => {
      for (let n = queue.shift(); n !== undefined; n = queue.shift()) await one(n)
    }
    await Promise.all(Array.from({ length: of.atOnce }, worker))
    voices = opened
    return (performance.now() - began) / 1000
  },

  /** The first client says something to all as fast as they take it: so many messages are on their way at any time. */
  async fanOut({ seconds, window, bytes }: { seconds: number; window: number; bytes: number }): Promise<Counted> {
    let [sent, came] = [0, 0]
    const listeners = voices.length
    const began = performance.now()
    const say = () => {
      if (performance.now() - began > seconds * 1000) return
      for (; sent - Math.floor(came / listeners) < window; sent++) at(0).toAll(text(bytes))
    }
    heard = () => {
      if (++came % listeners === 0) say()
    }
    say()
    await pause(seconds * 1000)
    await drained(
      () => came,
      () => sent * listeners,
    )
    return { sent, came, due: sent * listeners, seconds: (performance.now() - began) / 1000 }
  },

  /** The first client says something to all at a steady pace. @returns also how long each took to arrive, in milliseconds */
  async paced(of: { perSecond: number; seconds: number; bytes: number }): Promise<Counted & { latencies: number[] }> {
    let [sent, came] = [0, 0]
    const listeners = voices.length
    const latencies: number[] = []
    heard = (_, chunk, end) => {
      came++
      latencies.push(age(chunk, end))
    }
    const began = performance.now()
    const total = Math.round(of.perSecond * of.seconds)
    while (sent < total) {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * of.perSecond) + 1)
      for (; sent < due; sent++) at(0).toAll(text(of.bytes))
      await pause(1)
    }
    await drained(
      () => came,
      () => sent * listeners,
    )
    return { sent, came, due: sent * listeners, seconds: (performance.now() - began) / 1000, latencies }
  },

  /** Two and two talk: each answers what it hears. */
  async pairs({ seconds, bytes }: { seconds: number; bytes: number }): Promise<Counted> {
    let [sent, came] = [0, 0]
    const began = performance.now()
    const end = began + seconds * 1000
    const say = (n: number) => {
      sent++
      at(n).toOne(n ^ 1, text(bytes))
    }
    heard = (client) => {
      came++
      if (performance.now() < end) say(client)
    }
    for (let n = 0; n < voices.length; n++) say(n)
    await pause(seconds * 1000)
    await drained(
      () => came,
      () => sent,
    )
    return { sent, came, due: sent, seconds: (performance.now() - began) / 1000 }
  },

  /** Each has so many messages stored at a time, for somebody who is away. */
  async store({ seconds, window, bytes }: { seconds: number; window: number; bytes: number }): Promise<Counted> {
    let [sent, came] = [0, 0]
    const began = performance.now()
    const end = began + seconds * 1000
    const say = (n: number) => {
      sent++
      at(n).store(text(bytes))
    }
    acknowledged = (client) => {
      came++
      if (performance.now() < end) say(client)
    }
    for (let n = 0; n < voices.length; n++) for (let index = 0; index < window; index++) say(n)
    await pause(seconds * 1000)
    await drained(
      () => came,
      () => sent,
    )
    acknowledged = () => undefined
    return { sent, came, due: sent, seconds: (performance.now() - began) / 1000 }
  },

  /** One message after the other, each when the one before was acknowledged. @returns milliseconds to each acknowledgement */
  async oneByOne({ messages, bytes, gap }: { messages: number; bytes: number; gap: number }): Promise<number[]> {
    const latencies: number[] = []
    for (let n = 0; n < messages; n++) {
      await new Promise<void>((resolve, reject) => {
        const began = performance.now()
        const timer = setTimeout(() => reject(new Error(`no acknowledgement in ${PATIENCE} ms`)), PATIENCE)
        acknowledged = () => {
          clearTimeout(timer)
          latencies.push(performance.now() - began)
          resolve()
        }
        at(0).store(text(bytes))
      })
      await pause(gap)
    }
    acknowledged = () => undefined
    return latencies
  },

  /** Frames that told each client of somebody's presence, since the start. */
  presenceFrames(): number[] {
    return presence
  },

  /** What should not have been. */
  troubles(): string[] {
    return troubles
  },

  /** The share of a processor that this process took since the last look. */
  busy(): number {
    const [{ cpu, at }, now] = [spent, { cpu: process.cpuUsage(), at: performance.now() }]
    spent = now
    return (now.cpu.user + now.cpu.system - cpu.user - cpu.system) / 1000 / (now.at - at)
  },
}

export type CrowdCalls = typeof calls
serveCalls(calls)
