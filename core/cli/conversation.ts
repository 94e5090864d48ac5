/** A conversation in the terminal: what is typed goes to the audience that the prompt names; what comes in doesn't disturb the typing. */
import { homedir } from 'node:os'
import { clearScreenDown, cursorTo, type Interface, moveCursor } from 'node:readline'
import type { Client, RosterEntry } from '../client/client.ts'
import type { Clock } from '../protocol/clock.ts'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import type { Presence, To } from '../protocol/messages.ts'
import { nameKey } from '../protocol/name.ts'
import { Acceptance } from './acceptance.ts'
import { audienceIds, audienceText } from './audience.ts'
import { Changes } from './changes.ts'
import { UsageError } from './command.ts'
import { tellConnection } from './connection-telling.ts'
import { tellMessage } from './message-telling.ts'
import { OfferWatch } from './offer-watch.ts'
import type { Output } from './output.ts'
import { nameList } from './parse.ts'
import { findRoom } from './room-name.ts'
import { filesText, ownPart, tellSkipped } from './telling.ts'
import { oneLine } from './text.ts'

/** Messages of before that are shown at the start. */
const CONTEXT = 10

const HELP = [
  '/to a,b      from now on to these people        /file PATH   hands a file or folder over',
  '/everyone    from now on to everyone            /accept [a]  accepts the files offered, or those of one person',
  '/room NAME   from now on in this room           /decline [a] declines them',
  '/who         who is there                       /away, /busy, /back  how you are there yourself',
  '/help        this                               /quit        ends (so does Ctrl-C)',
].join('\n')

export interface ConversationOptions {
  readonly client: Client
  readonly output: Output
  readonly clock: Clock
  /** What the person types. */
  readonly lines: Interface
  /** The person wants to leave. */
  quit(): void
}

export class Conversation {
  readonly #options: ConversationOptions
  readonly #acceptance: Acceptance
  readonly #busy = new Set<Promise<void>>()
  #to: To = 'everyone'
  #over = false
  #roster: readonly RosterEntry[]

  constructor(options: ConversationOptions) {
    this.#options = options
    const { client, output } = options
    this.#roster = client.roster()
    this.#acceptance = new Acceptance({ client, output, policy: null, patient: true })
  }

  start(): void {
    const { client, output, lines, quit } = this.#options
    output.printBy(lines.terminal ? (text) => this.#printAbove(text) : null)
    const me = client.me
    for (const message of client.history({ limit: CONTEXT })) tellMessage(output, client, message)
    const shown = new Set(client.history({ limit: CONTEXT }).map(({ id }) => id))
    for (const message of client.takeNew()) if (!shown.has(message.id)) tellMessage(output, client, message)
    output.say('/help lists what can be typed')
    this.#who()
    client.on('message', (message) => {
      client.takeNew()
      if (message.from.id === me?.id) return
      tellMessage(output, client, message)
      client.markRead(message.conversation, message.position)
      if (message.body.kind === 'offer')
        output.say(`/accept ${oneLine(message.from.name)} takes it, /decline ${oneLine(message.from.name)} does not`)
    })
    const changes = new Changes(client, output)
    client.on('changed', (message) => {
      if (!this.#over) changes.tell(message)
    })
    client.on('roster', (roster) => this.#rosterChanged(roster))
    const tellState = tellConnection(output)
    client.on('connection', (state) => {
      if (!this.#over) tellState(state)
    })
    lines.on('line', (line) => {
      const work = this.#typed(line)
        .catch((error: unknown) =>
          error instanceof UsageError ? output.warn(`optichat: ${error.message}`) : output.error(asOptiChatError(error)),
        )
        .finally(() => {
          this.#busy.delete(work)
          this.#prompt()
        })
      this.#busy.add(work)
    })
    // Input that is piped in ends: what it said is still sent.
    lines.on('close', () => Promise.allSettled(this.#busy).then(quit))
    this.#prompt()
  }

  /** Nothing is printed from now on. */
  stop(): void {
    this.#over = true
    this.#options.output.printBy(null)
    this.#options.lines.close()
  }

  async #typed(line: string): Promise<void> {
    const { client, output, clock, quit } = this.#options
    const [, command, rest = ''] = /^\/(\w+)\s*(.*)$/s.exec(line.trim()) ?? []
    switch (command) {
      case undefined:
        if (line.trim() !== '') await this.#say(line)
        return
      case 'to':
        this.#to = audienceIds(client, nameList(rest, '/to'))
        return
      case 'everyone':
        this.#to = 'everyone'
        return
      case 'room':
        this.#to = { room: findRoom(client, rest).id }
        return
      case 'away':
      case 'busy':
        return client.setPresence(command)
      case 'back':
        return client.setPresence('online')
      case 'who':
        return this.#who()
      case 'file': {
        if (rest === '') throw new UsageError('/file needs a path.')
        const to = this.#to
        const transfer = await client.offer(to, [rest.replace(/^~(?=$|[/\\])/, () => homedir())], { later: true })
        output.tell(
          { event: 'offered', transfer: transfer.id, bytes: transfer.bytes },
          `offered to ${audienceText(client, to)}: ${filesText(transfer)}`,
        )
        tellSkipped(output, transfer)
        void new OfferWatch(transfer, { client, output, clock, timeout: null, leaveAway: false }).untilEnded()
        return
      }
      case 'accept':
        for (const id of this.#offers(rest)) await this.#acceptance.accept(id)
        return
      case 'decline':
        for (const id of this.#offers(rest)) await this.#acceptance.decline(id)
        return
      case 'help':
        return output.say(HELP)
      case 'quit':
        return quit()
      default:
        throw new UsageError(`There is no /${oneLine(command)}; /help lists what there is.`)
    }
  }

  /** Without a connection it is kept on the disk, and goes out with the next one. */
  async #say(line: string): Promise<void> {
    const { client, output } = this.#options
    if (client.connection.at === 'online') {
      const { id, position } = await client.send(this.#to, line)
      output.tell({ event: 'sent', id, position })
    } else {
      const { id } = await client.queue(this.#to, line)
      output.tell({ event: 'queued', id }, 'queued: it goes out as soon as there is a connection')
    }
  }

  /** Open offers and interrupted transfers, of everyone or of one person. */
  #offers(name: string): string[] {
    const found = this.#options.client
      .transfers()
      .filter((one) => one.direction === 'receive' && ['offered', 'failed'].includes(ownPart(one).state))
      .filter(({ from }) => name === '' || nameKey(from.name) === nameKey(name))
    if (found.length === 0)
      throw new OptiChatError('transfer-unknown', name === '' ? 'nothing is offered' : `nothing is offered by ${oneLine(name)}`)
    return found.map(({ id }) => id)
  }

  #who(): void {
    const others = this.#options.client.roster().filter(({ self }) => !self)
    const named = (presence: Presence) => others.filter((one) => one.presence === presence).map(({ name }) => oneLine(name))
    const some = (['away', 'busy'] as const).filter((presence) => named(presence).length > 0)
    const parts = [
      `online: ${named('online').join(', ') || 'nobody else'}`,
      ...some.map((presence) => `${presence}: ${named(presence).join(', ')}`),
      `offline: ${named('offline').join(', ') || 'nobody'}`,
    ]
    this.#options.output.say(parts.join('; '))
  }

  #rosterChanged(roster: readonly RosterEntry[]): void {
    if (this.#over) return
    for (const { id, name, presence, self } of roster) {
      const before = this.#roster.find((one) => one.id === id)?.presence ?? 'offline'
      if (!self && before !== presence) this.#options.output.say(`${oneLine(name)} is ${presence}`)
    }
    this.#roster = roster
    this.#prompt()
  }

  #prompt(): void {
    const { client, lines } = this.#options
    if (!lines.terminal || this.#over) return
    lines.setPrompt(`[${audienceText(client, this.#to)}] `)
    lines.prompt(true)
  }

  /** Takes prompt and half-typed line away, writes, and puts them back. */
  #printAbove(text: string): void {
    const { lines } = this.#options
    const { rows } = lines.getCursorPos()
    moveCursor(process.stdout, 0, -rows)
    cursorTo(process.stdout, 0)
    clearScreenDown(process.stdout)
    process.stdout.write(`${text}\n`)
    lines.prompt(true)
  }
}

/** Names completed by Tab after /to, /accept and /decline. */
export function completeNames(client: Client, line: string): [string[], string] {
  const typed = /^\/(?:to|accept|decline)\s+(?:.*,)?\s*([^,]*)$/.exec(line)?.[1]
  if (typed === undefined) return [[], line]
  const others = client.roster().filter(({ self }) => !self)
  return [others.map(({ name }) => name).filter((name) => nameKey(name).startsWith(nameKey(typed))), typed]
}
