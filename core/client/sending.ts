/** Sends a message once, whatever happens to the connection: the same id until the registry has said that it is stored. */
import type { Clock } from '../protocol/clock.ts'
import { audienceOf } from '../protocol/conversation.ts'
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Body, Message, To } from '../protocol/messages.ts'
import type { User } from './client.ts'
import type { StandingConnection } from './connection.ts'

/** Milliseconds that sending waits for a connection that is being made. */
const PATIENCE = 5_000
/** Milliseconds in which a message whose acknowledgement was lost is sent again. */
const PERSISTENCE = 30_000
/** Milliseconds to wait where the registry asks for patience and does not say how much. */
const PAUSE = 1_000
/** The connection ended, or may as well have: nobody knows whether the message is stored. */
const UNKNOWN: ReadonlySet<ErrorCode> = new Set(['not-connected', 'timed-out', 'registry-stopping'])

export class Sending {
  readonly #connection: StandingConnection
  readonly #me: User
  readonly #clock: Clock
  readonly #newId: () => string
  readonly #stored: (message: Message) => void

  constructor(rooms: { connection: StandingConnection; me: User; clock: Clock; newId(): string; stored(message: Message): void }) {
    this.#connection = rooms.connection
    this.#me = rooms.me
    this.#clock = rooms.clock
    this.#newId = rooms.newId
    this.#stored = rooms.stored
  }

  /** @throws as `send` */
  sendNew(to: To, body: Body): Promise<{ id: string; position: number }> {
    return this.send(this.#newId(), to, body)
  }

  /**
   * @param starting called before each time it goes out; what it throws ends this
   * @throws OptiChatError the registry's refusal, or `not-connected`
   */
  async send(id: string, to: To, body: Body, starting: () => void = () => undefined): Promise<{ id: string; position: number }> {
    const end = this.#clock.elapsed() + PERSISTENCE
    let patience = PATIENCE
    for (;;) {
      const session = await this.#connection.ready(patience)
      starting()
      try {
        const { position } = await session.request(
          'send',
          { id, to, body },
          {
            arrived: ({ position, stamp }) =>
              this.#stored({ position, stamp, id, from: this.#me.id, audience: audienceOf(this.#me.id, to), body }),
          },
        )
        return { id, position }
      } catch (error) {
        const { code, retryAfter = PAUSE } = asOptiChatError(error)
        patience = end - this.#clock.elapsed()
        if (code === 'slow-down' && retryAfter < patience) {
          await new Promise<void>((resolve) => this.#clock.after(retryAfter, resolve))
          continue
        }
        if (!UNKNOWN.has(code)) throw error
        if (patience <= 0) throw new OptiChatError('not-connected', undefined, { cause: error })
      }
    }
  }
}
