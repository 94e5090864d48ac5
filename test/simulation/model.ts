/** What people asked for in a run, and what must therefore be true of the registry's log and of every device's view in the end. */
import type { Client, HistoryMessage } from '../../core/client/client.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { SimulatedDevice, SimulatedUser } from './device.ts'
import { checkLog, type Row, type Shown, shownBy } from './log.ts'
import type { Life } from './machine.ts'
import type { SimulatedRegistry } from './registry.ts'
import { Violation, type World } from './world.ts'

export interface Sent {
  readonly device: string
  readonly user: string
  readonly to: 'everyone' | readonly string[]
  /** Unlike every other. */
  readonly text: string
  readonly askedAt: number
  /**
   * `queued`: it is on the device's disk and will be in the log. `unknown`: it was refused, or the process died before it heard. Then it
   * is in the log once or not at all.
   */
  state: 'asked' | 'queued' | 'acknowledged' | 'unknown'
  id: string
  position: number
  acknowledgedAt: number
}

/** Something said about a message: other words, that it is taken back, a sign. */
export interface Said {
  readonly device: string
  readonly user: string
  readonly message: string
  readonly body: {
    readonly kind: 'edit' | 'take-back' | 'reaction'
    readonly text?: string
    readonly emoji?: string
    readonly on?: boolean
  }
  state: 'asked' | 'acknowledged' | 'unknown'
}

export interface Mark {
  readonly device: string
  readonly user: string
  readonly conversation: string
  readonly position: number
  readonly at: number
}

export class Model {
  readonly sends: Sent[] = []
  readonly said: Said[] = []
  /** What people read, unless a power cut made their device forget it. */
  marks: Mark[] = []
  /** User → the head of the log when it registered. */
  readonly since = new Map<string, number>()
  readonly users: SimulatedUser[] = []
  readonly devices: SimulatedDevice[] = []
  /** Devices whose newest session has caught up. */
  readonly synced = new Set<SimulatedDevice>()
  readonly #world: World
  readonly #registry: SimulatedRegistry

  constructor(world: World, registry: SimulatedRegistry) {
    this.#world = world
    this.#registry = registry
  }

  async send(device: SimulatedDevice, client: Client, to: Sent['to']): Promise<void> {
    const { life } = device
    const sent = this.#asked(device, to)
    try {
      const { id, position } = await client.send(to === 'everyone' ? to : [...to], sent.text)
      if (!life?.alive) return
      Object.assign(sent, { state: 'acknowledged', id, position, acknowledgedAt: this.#world.time })
      this.#world.note(() => `${device.name} knows that "${sent.text}" is stored at ${position}`)
    } catch (error) {
      this.#refused(life, error)
      if (life?.alive) sent.state = 'unknown'
      this.#world.note(() => `${device.name} could not send "${sent.text}": ${error}`)
    }
  }

  /** Leaves it to the device to send it when it can. */
  async queue(device: SimulatedDevice, client: Client, to: Sent['to']): Promise<void> {
    const { life } = device
    const sent = this.#asked(device, to)
    try {
      const { id } = await client.queue(to === 'everyone' ? to : [...to], sent.text)
      if (life?.alive) Object.assign(sent, { state: 'queued', id })
    } catch (error) {
      this.#refused(life, error)
      if (life?.alive) sent.state = 'unknown'
      this.#world.note(() => `${device.name} could not queue "${sent.text}": ${error}`)
    }
  }

  /** Says something about a message. */
  async say(device: SimulatedDevice, client: Client, message: string, body: Said['body']): Promise<void> {
    const { life } = device
    const said: Said = { device: device.name, user: device.user.id, message, body, state: 'asked' }
    this.said.push(said)
    this.#world.note(() => `${device.name} says about ${message}: ${JSON.stringify(body)}`)
    try {
      if (body.kind === 'edit') await client.edit(message, body.text ?? '')
      else if (body.kind === 'take-back') await client.takeBack(message)
      else await client.react(message, body.emoji ?? '', body.on ?? true)
      if (life?.alive) said.state = 'acknowledged'
    } catch (error) {
      this.#refused(life, error)
      if (life?.alive) said.state = 'unknown'
      this.#world.note(() => `${device.name} could not say it: ${error}`)
    }
  }

  /** The process that asked is gone. */
  died(device: SimulatedDevice): void {
    for (const asked of [...this.sends, ...this.said]) if (asked.device === device.name && asked.state === 'asked') asked.state = 'unknown'
  }

  /** A power cut took back what the device did since then. */
  lostPower(device: SimulatedDevice, since: number): void {
    this.marks = this.marks.filter((mark) => mark.device !== device.name || mark.at < since)
    for (const sent of this.sends)
      if (sent.device === device.name && sent.state === 'queued' && sent.askedAt >= since) sent.state = 'unknown'
  }

  /** What a person is told is an error with a code; anything else is a fault of the program. */
  #refused(life: Life | null, error: unknown): void {
    if (life?.alive && !(error instanceof OptiChatError && error.code !== 'internal')) this.#world.fail(error)
  }

  #asked(device: SimulatedDevice, to: Sent['to']): Sent {
    const sent: Sent = {
      device: device.name,
      user: device.user.id,
      to,
      text: `${this.sends.length} of ${device.name}`,
      askedAt: this.#world.time,
      state: 'asked',
      id: '',
      position: 0,
      acknowledgedAt: 0,
    }
    this.sends.push(sent)
    this.#world.note(() => `${device.name} says "${sent.text}" to ${to === 'everyone' ? to : to.length}`)
    return sent
  }

  /** What is not as it must be once everything works again and has had its time; null when all is well. */
  discrepancy(): string | null {
    for (const device of this.devices) {
      if (device.client?.connection.at !== 'online') return `${device.name} is not online: ${JSON.stringify(device.client?.connection)}`
      if (!this.synced.has(device)) return `${device.name} has not caught up`
    }
    const pending = this.sends.find(({ state }) => state === 'asked') ?? this.said.find(({ state }) => state === 'asked')
    if (pending) return `${pending.device} was not told what became of ${JSON.stringify(pending)}`
    const log = this.#log()
    const queued = this.sends.find(({ state, id }) => state === 'queued' && !log.some((row) => row.id === id))
    if (queued) return `"${queued.text}" still waits at ${queued.device}`
    checkLog(log, this.sends, this.said)
    const shown = shownBy(log)
    for (const device of this.devices) {
      const missing = this.#checkView(device, shown)
      if (missing) return missing
    }
    return null
  }

  #log(): Row[] {
    return this.#registry.disk.read<Row>(
      `SELECT position, stamp, messages.id, author, body, audience, conversations.id AS conversation FROM messages
       JOIN conversations ON number = conversation ORDER BY position`,
    )
  }

  #checkView(device: SimulatedDevice, shown: readonly Shown[]): string | null {
    const { client, user } = device
    if (!client) return `${device.name} does not run`
    const history = client.history({ limit: 1_000_000 })
    const waiting = history.find(({ state }) => state !== undefined)
    if (waiting) return `${device.name} still has ${JSON.stringify(waiting)}`
    const mine = shown.filter(({ row }) => this.#isFor(user.id, row))
    const had = new Map(history.map((message) => [message.id, message]))
    for (const { row, text, reactions } of mine) {
      const message = had.get(row.id)
      if (!message) return `${device.name} does not have ${row.body} at ${row.position}`
      if (message.position !== row.position || message.stamp !== row.stamp)
        throw new Violation(`${device.name} has ${row.position} elsewhere, at ${message.position}`)
      if (text === null ? !message.gone : message.gone || message.body.kind !== 'text' || message.body.text !== text)
        return `${device.name} shows ${row.position} as ${JSON.stringify(message)} where the log makes it ${JSON.stringify(text)}`
      const signs = (message.reactions ?? []).flatMap(({ emoji, users }) => users.map((by) => `${emoji} of ${by}`)).sort()
      if (text !== null && signs.join() !== reactions.join()) return `${device.name} shows ${signs} at ${row.position}, not ${reactions}`
    }
    if (history.length !== mine.length)
      throw new Violation(`${device.name} has ${history.length} messages where ${mine.length} are its own`)
    for (const [index, message] of history.entries())
      if (mine[index]?.row.id !== message.id) throw new Violation(`${device.name} shows another order than the log at ${message.position}`)
    const here = new Map(client.roster().map((entry) => [entry.id, entry]))
    const absent = this.users.find(({ id }) => here.get(id)?.presence !== 'online')
    if (absent) return `${device.name} does not see that ${absent.name} is online`
    return this.#checkReceipts(device, history)
  }

  #checkReceipts(device: SimulatedDevice, history: readonly HistoryMessage[]): string | null {
    for (const { position, from, to, conversation, gone, receipts } of history) {
      // What was taken back before it arrived was never delivered.
      if (from.id !== device.user.id || gone) continue
      const recipients = to === 'everyone' ? this.users.filter(({ id }) => id !== from.id) : to
      for (const { id, name } of recipients) {
        if (!receipts?.delivered.includes(id)) return `${device.name} is not told that ${position} was delivered to ${name}`
        const read = this.marks.some((mark) => mark.user === id && mark.conversation === conversation && mark.position >= position)
        if (read && !receipts.read.includes(id)) return `${device.name} is not told that ${position} was read by ${name}`
      }
    }
    // Devices of one user share what was read.
    const marks = this.marks.filter(({ user }) => user === device.user.id)
    const conversations = marks.length > 0 ? device.client?.conversations() : []
    for (const mark of marks) {
      const unread = conversations?.find(({ id }) => id === mark.conversation)?.unread ?? 0
      const behind = history.filter(
        ({ conversation, from, position }) => conversation === mark.conversation && from.id !== mark.user && position > mark.position,
      )
      if (unread > behind.length) return `${device.name} counts ${unread} unread after ${mark.position} was read at ${mark.device}`
    }
    return null
  }

  #isFor(user: string, { audience, position }: Row): boolean {
    const members = JSON.parse(audience) as 'everyone' | string[]
    return members === 'everyone' ? position > (this.since.get(user) ?? 0) : members.includes(user)
  }
}
