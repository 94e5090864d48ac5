/**
 * What one session gets of the log: first what it missed, page by page from the store, then what happens. A message that comes
 * while pages are read is in the next page, as it is stored before it is handed out; those that come during the last page are
 * held until it has been sent. So nothing is lost, doubled or out of order around the switch.
 */
import type { Manner } from '../link/link.ts'
import type { Clock } from '../protocol/clock.ts'
import type { UserId } from '../protocol/messages.ts'
import { CATCH_UP_BUFFERED, CATCH_UP_PAUSE, MAX_HELD, MAX_REMEMBERED } from './limits.ts'
import type { Page } from './store/store.ts'

/** What is remembered of a message that was handed out; one for all who got it. */
export interface Remembered {
  readonly position: number
  readonly author: UserId
  readonly conversation: string
}

/** A message, framed. */
export interface Delivery {
  readonly message: Remembered
  readonly frame: string
}

/** The session as a stream needs it. */
export interface Outlet {
  readonly ended: boolean
  readonly buffered: number
  send(frame: string, manner?: Manner): void
}

export class Stream {
  readonly #outlet: Outlet
  readonly #clock: Clock
  /** Everything up to here was sent. */
  #cursor: number
  /** What came since the page that is being read was asked for; null when live. */
  #held: Delivery[] | null = []
  #heldTooMany = false
  #stopped = false
  /** What was sent, oldest first, complete after `#rememberedFrom`. */
  #sent: Remembered[] = []
  #rememberedFrom: number

  constructor(outlet: Outlet, clock: Clock, after: number) {
    this.#outlet = outlet
    this.#clock = clock
    this.#cursor = after
    this.#rememberedFrom = after
  }

  /** Hands over a message that was just stored (see Link for the manner). */
  deliver(delivery: Delivery, manner?: Manner): void {
    if (this.#stopped || delivery.message.position <= this.#cursor) return
    if (this.#held === null) this.#send(delivery, manner)
    else if (this.#held.length < MAX_HELD) this.#held.push(delivery)
    else this.#heldTooMany = true
  }

  /** Sends other frames (see Link for the manner), no faster than they are taken. */
  async sendAll(frames: Iterable<string>, manner: Manner): Promise<void> {
    for (const frame of frames) {
      this.#outlet.send(frame, manner)
      if (this.#stopped || !(await this.#drained())) return
    }
  }

  /**
   * Sends everything after the cursor, then turns live.
   * @returns the position up to which everything was sent; null when the session ended meanwhile
   */
  async catchUp(readPage: (after: number) => Promise<Page>): Promise<number | null> {
    for (;;) {
      this.#held = []
      this.#heldTooMany = false
      const page = await readPage(this.#cursor)
      if (this.#stopped) return null
      for (const { frame, ...message } of page.rows) this.#send({ message, frame })
      // The session may just have ended for being slow.
      if (this.#stopped) return null
      this.#cursor = Math.max(this.#cursor, page.through)
      if (page.done && !this.#heldTooMany) break
      if (!(await this.#drained())) return null
    }
    const held: Delivery[] = this.#held
    this.#held = null
    for (const delivery of held) this.deliver(delivery)
    return this.#cursor
  }

  /**
   * Authors of what this session was sent after one position and through another, in one conversation or in all.
   * @returns null when that is longer ago than it remembers
   */
  authors(after: number, through: number, conversation?: string): Set<UserId> | null {
    if (after < this.#rememberedFrom) return null
    const authors = new Set<UserId>()
    for (let index = this.#sent.length - 1; index >= 0; index--) {
      const sent = this.#sent[index]
      if (!sent || sent.position <= after) break
      if (sent.position <= through && (conversation === undefined || sent.conversation === conversation)) authors.add(sent.author)
    }
    return authors
  }

  stop(): void {
    this.#stopped = true
    this.#held = null
    this.#sent = []
  }

  #send({ message, frame }: Delivery, manner?: Manner): void {
    this.#cursor = message.position
    if (this.#sent.length >= MAX_REMEMBERED) {
      const forgotten = this.#sent.splice(0, MAX_REMEMBERED / 2)
      this.#rememberedFrom = forgotten.at(-1)?.position ?? this.#rememberedFrom
    }
    this.#sent.push(message)
    this.#outlet.send(frame, manner)
  }

  /** Waits until the session has taken most of what was sent: memory stays bounded, and it isn't ended for being slow. */
  async #drained(): Promise<boolean> {
    while (!this.#stopped && this.#outlet.buffered > CATCH_UP_BUFFERED) {
      await new Promise<void>((resolve) => this.#clock.after(CATCH_UP_PAUSE, resolve, true))
    }
    return !this.#stopped
  }
}
