/** What becomes of messages after they were told: other words, taken back, signs put to them and removed. */
import type { Client, HistoryMessage } from '../client/client.ts'
import { audienceOfText, nameOf, quoted } from './message-telling.ts'
import type { Output } from './output.ts'
import { oneLine, paragraph, timeText } from './text.ts'

export const CHANGE_FIELDS =
  '{"event":"edited","id","from","text","edited"}, {"event":"taken-back","id","from"}, {"event":"reaction","id","from","emoji","on"}'

/** Messages whose state is known from the start, the newest: enough for what people still change. */
const KNOWN = 2_000

/** What can change about a message; signs as emoji and user. */
interface State {
  readonly edited: number | undefined
  readonly gone: boolean
  readonly signs: ReadonlySet<string>
}

const PLAIN: State = { edited: undefined, gone: false, signs: new Set() }

export class Changes {
  readonly #client: Client
  readonly #output: Output
  readonly #states = new Map<string, State>()

  /** Made before the client connects, so that what happened in between is told. */
  constructor(client: Client, output: Output) {
    this.#client = client
    this.#output = output
    for (const message of client.history({ limit: KNOWN })) this.seen(message)
  }

  /** It is told as it is. */
  seen(message: HistoryMessage): State {
    const before = this.#states.get(message.id) ?? PLAIN
    const signs = (message.reactions ?? []).flatMap(({ emoji, users }) => users.map((user) => `${user} ${emoji}`))
    const state = { edited: message.edited, gone: message.gone === true, signs: new Set(signs) }
    if (state.edited === undefined && !state.gone && signs.length === 0) this.#states.delete(message.id)
    else this.#states.set(message.id, state)
    return before
  }

  /** Tells how a message that was told is another now, if it is. */
  tell(message: HistoryMessage): void {
    if (message.state) return
    const before = this.seen(message)
    const { edited, gone, signs } = this.#states.get(message.id) ?? PLAIN
    if (gone && !before.gone) this.#takenBack(message)
    else if (!gone && edited !== undefined && edited !== before.edited) this.#edited(message, edited)
    for (const sign of signs) if (!before.signs.has(sign)) this.#sign(message, sign, true)
    // With the message its signs are gone.
    if (!gone) for (const sign of before.signs) if (!signs.has(sign)) this.#sign(message, sign, false)
  }

  #takenBack(message: HistoryMessage): void {
    const { id, from, sentAt } = message
    this.#output.tell(
      { event: 'taken-back', id, from: from.name },
      `${oneLine(from.name)} took back the message of ${timeText(sentAt)} to ${audienceOfText(message)}`,
    )
  }

  #edited(message: HistoryMessage, edited: number): void {
    const { id, from, sentAt, body } = message
    const text = body.kind === 'text' ? body.text : ''
    this.#output.tell(
      { event: 'edited', id, from: from.name, text, edited },
      `${oneLine(from.name)} edited the message of ${timeText(sentAt)} to ${audienceOfText(message)}: ${paragraph(text)}`,
    )
  }

  #sign(message: HistoryMessage, sign: string, on: boolean): void {
    const [user = '', ...rest] = sign.split(' ')
    const [from, emoji] = [nameOf(this.#client, user), rest.join(' ')]
    const what = `${oneLine(emoji)} ${on ? 'to' : 'away from'} ${quoted(message)} of ${oneLine(message.from.name)}`
    this.#output.tell({ event: 'reaction', id: message.id, from, emoji, on }, `${oneLine(from)} ${on ? 'put' : 'took'} ${what}`)
  }
}
