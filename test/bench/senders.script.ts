/**
 * The people of the kill bench: they keep sending, take what comes, begin again after each kill with what was not answered (as a
 * client does), and in the end say everything that was not as promised.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { audienceOf } from '../../core/protocol/conversation.ts'
import { asOptiChatError } from '../../core/protocol/errors.ts'
import type { Message, Request, To } from '../../core/protocol/messages.ts'
import { serveCalls } from './calls.ts'
import type { Enrolled } from './prepared.ts'
import { RawClient } from './raw-client.ts'
import type { RegistryAt } from './registry-process.ts'

/** Requests that each has under way. */
const WINDOW = 10

interface Sent {
  readonly id: string
  readonly to: To
  readonly text: string
}

interface Sender {
  readonly client: RawClient
  /** What it saw: position and stamp by id. */
  readonly seen: Map<string, { position: number; stamp: string }>
  lastStamp: string
  /** Nobody knows what became of these. */
  readonly unanswered: Map<string, Sent>
}

export interface Acknowledged {
  readonly id: string
  readonly position: number
}

let senders: Sender[] = []
const acknowledged = new Map<string, { position: number; from: string; to: To }>()
const problems: string[] = []
let fresh: Acknowledged[] = []

function received(sender: Sender, { id, position, stamp }: Message): void {
  const before = sender.seen.get(id)
  if (before) problems.push(`${id} came twice, at ${before.position} and ${position}`)
  if (stamp <= sender.lastStamp) problems.push(`${id}: stamp ${stamp} after ${sender.lastStamp}`)
  sender.seen.set(id, { position, stamp })
  sender.lastStamp = stamp
}

/** Sends until it is taken; a registry that asks for patience gets it. */
async function stored(sender: Sender, request: Request<'send'>): Promise<number> {
  for (;;) {
    try {
      return (await sender.client.ask('send', request)).position
    } catch (error) {
      const { code, retryAfter } = asOptiChatError(error)
      if (code !== 'slow-down') throw error
      await pause(retryAfter ?? 100)
    }
  }
}

async function say(sender: Sender, { id, to, text }: Sent): Promise<void> {
  const position = await stored(sender, { id, to, body: { kind: 'text', text } })
  sender.unanswered.delete(id)
  acknowledged.set(id, { position, from: sender.client.person.user, to })
  fresh.push({ id, position })
}

function unlessLost(error: unknown): void {
  if (asOptiChatError(error).code !== 'connection-lost') throw error
}

/** Connects, however often it takes. */
async function comeBack(sender: Sender, registry: RegistryAt): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await sender.client.connect(registry)
      return
    } catch (error) {
      const { code } = asOptiChatError(error)
      if (tries >= 400 || (code !== 'registry-unreachable' && code !== 'not-optichat' && code !== 'connection-lost')) throw error
      await pause(25)
    }
  }
}

/** Says again what was not answered. */
async function repeat(sender: Sender): Promise<void> {
  await Promise.all([...sender.unanswered.values()].map((sent) => say(sender, sent)))
}

/** Sends until the link ends. One message in eight is to everyone, the others to one's neighbour. */
async function flood(sender: Sender, index: number): Promise<void> {
  const neighbour = senders[(index + 1) % senders.length]?.client.person.user ?? ''
  let n = 0
  const one = async () => {
    while (sender.client.online) {
      const id = randomUUID()
      const to = n++ % 8 === 0 ? 'everyone' : [neighbour]
      const sent: Sent = { id, to, text: `${id} `.padEnd(100 + (n % 7) * 150, 'x') }
      sender.unanswered.set(id, sent)
      await say(sender, sent).catch(unlessLost)
    }
  }
  await Promise.all(Array.from({ length: WINDOW }, one))
}

const calls = {
  start({ people, head }: { people: Enrolled[]; head: number }): void {
    senders = people.map((person) => {
      const sender: Sender = {
        client: new RawClient({ person, after: head }, { message: (message) => received(sender, message) }),
        seen: new Map(),
        lastStamp: '',
        unanswered: new Map(),
      }
      return sender
    })
  },

  /** Until the registry is gone. @returns what was acknowledged since the last round, and how much was left unanswered */
  async round({ registry }: { registry: RegistryAt }): Promise<{ acknowledged: Acknowledged[]; unanswered: number }> {
    fresh = []
    const done = await Promise.allSettled(
      senders.map(async (sender, index) => {
        await comeBack(sender, registry)
        // Killed before that was done, it is for the next round.
        await repeat(sender).catch(unlessLost)
        await flood(sender, index)
      }),
    )
    for (const one of done) if (one.status === 'rejected') problems.push(`a sender gave up: ${one.reason}`)
    return { acknowledged: fresh, unanswered: senders.reduce((sum, { unanswered }) => sum + unanswered.size, 0) }
  },

  /** Resolves when all are back and so many messages were acknowledged in this round. */
  async flowing({ messages }: { messages: number }): Promise<void> {
    const end = Date.now() + 30_000
    while (fresh.length < messages || senders.some(({ client }) => !client.online)) {
      if (Date.now() > end) throw new Error(`no load: ${fresh.length} acknowledged; ${problems.join('; ')}`)
      await pause(5)
    }
  },

  /** Comes back a last time and compares what everybody saw with what was acknowledged. */
  async verify({ registry }: { registry: RegistryAt }): Promise<{ acknowledged: number; problems: string[] }> {
    await Promise.all(senders.map((sender) => comeBack(sender, registry).then(() => repeat(sender))))
    let last = 0
    for (const { position } of acknowledged.values()) last = Math.max(last, position)
    const end = Date.now() + 60_000
    // What was just sent again may still be on its way to the others.
    while (senders.some(({ client }) => client.online && client.cursor < last) && Date.now() < end) {
      await pause(20)
      for (const { client } of senders) await client.ask('endpoints', { endpoints: [] })
      if (senders.every(({ seen, client }) => missing(seen, client).length === 0)) break
    }
    for (const { client, seen, unanswered } of senders) {
      const who = client.person.user
      for (const problem of [...client.problems, ...missing(seen, client)]) problems.push(problem)
      if (unanswered.size > 0) problems.push(`${who}: ${unanswered.size} never answered`)
      for (const [id, { position }] of seen) {
        const known = acknowledged.get(id)
        if (!known) problems.push(`${who} saw ${id}, which nobody was told is stored`)
        else if (known.position !== position) problems.push(`${who} saw ${id} at ${position}, acknowledged at ${known.position}`)
        else if (!isFor(who, known)) problems.push(`${who} saw ${id}, which is not for them`)
      }
      client.close()
    }
    return { acknowledged: acknowledged.size, problems }
  },
}

const isFor = (user: string, { from, to }: { from: string; to: To }): boolean => {
  const audience = audienceOf(from, to)
  return audience === 'everyone' || (Array.isArray(audience) && audience.includes(user))
}

function missing(seen: Sender['seen'], { person }: RawClient): string[] {
  return [...acknowledged].flatMap(([id, sent]) =>
    isFor(person.user, sent) && !seen.has(id) ? [`${person.user} never saw ${id}, acknowledged at ${sent.position}`] : [],
  )
}

export type SenderCalls = typeof calls
serveCalls(calls)
