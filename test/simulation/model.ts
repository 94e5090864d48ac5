/** What people asked for in a run, and what must therefore be true of the registry's log and of every device's view in the end. */
import type { Client, HistoryMessage } from '../../core/client/client.ts'
import type { SimulatedDevice, SimulatedUser } from './device.ts'
import type { SimulatedRegistry } from './registry.ts'
import { Violation, type World } from './world.ts'

export interface Sent {
  readonly device: string
  readonly user: string
  readonly to: 'everyone' | readonly string[]
  /** Unlike every other. */
  readonly text: string
  readonly askedAt: number
  /** `unknown`: it was refused, or the process died before it heard. Then it is in the log once or not at all. */
  state: 'asked' | 'acknowledged' | 'unknown'
  id: string
  position: number
  acknowledgedAt: number
}

interface Row {
  readonly position: number
  readonly stamp: string
  readonly id: string
  readonly author: string
  readonly body: string
  readonly audience: string
  readonly conversation: string
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
    this.#world.note(() => `${device.name} sends "${sent.text}" to ${to === 'everyone' ? to : to.length}`)
    try {
      const { id, position } = await client.send(to === 'everyone' ? to : [...to], sent.text)
      if (!life?.alive) return
      Object.assign(sent, { state: 'acknowledged', id, position, acknowledgedAt: this.#world.time })
      this.#world.note(() => `${device.name} knows that "${sent.text}" is stored at ${position}`)
    } catch (error) {
      if (!life?.alive) return
      sent.state = 'unknown'
      this.#world.note(() => `${device.name} could not send "${sent.text}": ${error}`)
    }
  }

  /** The process that asked is gone. */
  died(device: SimulatedDevice): void {
    for (const sent of this.sends) if (sent.device === device.name && sent.state === 'asked') sent.state = 'unknown'
  }

  /** What is not as it must be once everything works again and has had its time; null when all is well. */
  discrepancy(): string | null {
    for (const device of this.devices) {
      if (device.client?.connection.at !== 'online') return `${device.name} is not online: ${JSON.stringify(device.client?.connection)}`
      if (!this.synced.has(device)) return `${device.name} has not caught up`
    }
    const pending = this.sends.find(({ state }) => state === 'asked')
    if (pending) return `${pending.device} was not told what became of "${pending.text}", asked for at ${pending.askedAt}`
    const log = this.#log()
    this.#checkLog(log)
    for (const device of this.devices) {
      const missing = this.#checkView(device, log)
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

  /** What no time mends. */
  #checkLog(log: readonly Row[]): void {
    const byText = new Map<string, Row>()
    let last: Row | null = null
    for (const row of log) {
      const { text } = JSON.parse(row.body) as { text: string }
      if (byText.has(text)) throw new Violation(`"${text}" is in the log twice, at ${byText.get(text)?.position} and ${row.position}`)
      byText.set(text, row)
      if (last && last.stamp >= row.stamp)
        throw new Violation(`stamps and positions disagree on the order of ${last.position} and ${row.position}`)
      last = row
    }
    const asked = new Map(this.sends.map((sent) => [sent.text, sent]))
    for (const [text, row] of byText) {
      const sent = asked.get(text)
      const audience = sent && (sent.to === 'everyone' ? sent.to : [...new Set([...sent.to, sent.user])].sort())
      if (sent?.user !== row.author || JSON.stringify(audience) !== row.audience)
        throw new Violation(`nobody sent "${text}" as the log has it`)
    }
    const newest = new Map<string, Sent>()
    for (const sent of this.sends) {
      const row = byText.get(sent.text)
      if (sent.state === 'acknowledged') {
        if (!row) throw new Violation(`"${sent.text}" was acknowledged at ${sent.acknowledgedAt} and is not in the log`)
        if (row.position !== sent.position || row.id !== sent.id) {
          throw new Violation(`"${sent.text}" was acknowledged as ${sent.position} and is at ${row.position}`)
        }
      }
      const earlier = newest.get(sent.device)
      if (row && earlier && earlier.acknowledgedAt < sent.askedAt && earlier.position > row.position) {
        throw new Violation(`"${sent.text}" was sent after "${earlier.text}" was acknowledged, but stands before it`)
      }
      if (sent.state === 'acknowledged' && sent.position > (earlier?.position ?? 0)) newest.set(sent.device, sent)
    }
  }

  #checkView(device: SimulatedDevice, log: readonly Row[]): string | null {
    const { client, user } = device
    if (!client) return `${device.name} does not run`
    const history = client.history({ limit: 1_000_000 })
    const mine = log.filter((row) => this.#isFor(user.id, row))
    const had = new Map(history.map((message) => [message.id, message]))
    for (const row of mine) {
      const message = had.get(row.id)
      if (!message) return `${device.name} does not have ${row.body} at ${row.position}`
      if (message.position !== row.position || message.stamp !== row.stamp || JSON.stringify(message.body) !== row.body)
        throw new Violation(`${device.name} has another message at ${row.position} than the log`)
    }
    if (history.length !== mine.length)
      throw new Violation(`${device.name} has ${history.length} messages where ${mine.length} are its own`)
    for (const [index, message] of history.entries())
      if (mine[index]?.id !== message.id) throw new Violation(`${device.name} shows another order than the log at ${message.position}`)
    const here = new Map(client.roster().map((entry) => [entry.id, entry]))
    const absent = this.users.find(({ id }) => here.get(id)?.presence !== 'online')
    if (absent) return `${device.name} does not see that ${absent.name} is online`
    return this.#checkReceipts(device, history)
  }

  #checkReceipts(device: SimulatedDevice, history: readonly HistoryMessage[]): string | null {
    for (const { position, from, to, conversation, receipts } of history) {
      if (from.id !== device.user.id) continue
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
