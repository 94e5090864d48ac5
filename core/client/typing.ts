/** Who is writing where, for as long as it is true; and saying so ourselves, not at each key. */
import type { Clock } from '../protocol/clock.ts'
import { TYPING_INTERVAL, TYPING_SHOWN } from '../protocol/limits.ts'
import type { UserId } from '../protocol/messages.ts'
import type { ClientEvents, User } from './client.ts'
import type { Emitter } from './emitter.ts'

export class Typing {
  readonly #clock: Clock
  readonly #events: Emitter<ClientEvents>
  readonly #user: (id: UserId) => User
  /** conversation → user → what ends it */
  readonly #writing = new Map<string, Map<UserId, () => void>>()
  /** When we last said it, by conversation, in elapsed milliseconds. */
  readonly #said = new Map<string, number>()

  constructor(options: { clock: Clock; events: Emitter<ClientEvents>; user(id: UserId): User }) {
    this.#clock = options.clock
    this.#events = options.events
    this.#user = options.user
  }

  /** Whether to say now that we are writing: the registry passes on no more than this. */
  due(conversation: string): boolean {
    const now = this.#clock.elapsed()
    for (const [id, at] of this.#said) if (now - at >= TYPING_INTERVAL) this.#said.delete(id)
    if (this.#said.has(conversation)) return false
    this.#said.set(conversation, now)
    return true
  }

  /** We said something: what is written next is said anew. */
  sent(conversation: string): void {
    this.#said.delete(conversation)
  }

  started(conversation: string, user: UserId): void {
    const writing = this.#writing.get(conversation) ?? new Map<UserId, () => void>()
    this.#writing.set(conversation, writing)
    const before = writing.get(user)
    before?.()
    writing.set(
      user,
      this.#clock.after(TYPING_SHOWN, () => this.stopped(conversation, user), true),
    )
    if (!before) this.#tell(conversation)
  }

  /** It was sent, or nothing more was heard. */
  stopped(conversation: string, user: UserId): void {
    const writing = this.#writing.get(conversation)
    const cancel = writing?.get(user)
    if (!writing || !cancel) return
    cancel()
    writing.delete(user)
    if (writing.size === 0) this.#writing.delete(conversation)
    this.#tell(conversation)
  }

  /** Without a registry nobody is known to write. */
  clear(): void {
    for (const [conversation, writing] of [...this.#writing]) for (const user of [...writing.keys()]) this.stopped(conversation, user)
    this.#said.clear()
  }

  #tell(conversation: string): void {
    this.#events.emit('typing', { conversation, users: [...(this.#writing.get(conversation)?.keys() ?? [])].map(this.#user) })
  }
}
