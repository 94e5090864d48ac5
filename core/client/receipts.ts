/** Tells the registry how far we have got and read, many steps in one word. What it has not acknowledged is said again online. */
import type { Clock } from '../protocol/clock.ts'
import { asOptiChatError, type ErrorCode } from '../protocol/errors.ts'
import type { Session } from './session.ts'

/** Milliseconds in which what happens is told together: nobody notices, and a catch-up of thousands is one receipt. */
const TOGETHER = 50
/** Milliseconds until it is said again where the registry could not store it just then and named no time. */
const PAUSE = 5_000
const LATER: ReadonlySet<ErrorCode> = new Set(['registry-full', 'slow-down', 'internal'])

export class Receipts {
  readonly #clock: Clock
  #session: Session | null = null
  #delivered = 0
  /** What the registry has acknowledged. */
  #acknowledged = 0
  /** To be said. */
  readonly #reads = new Map<string, number>()
  /** Said in this session. */
  readonly #said = new Map<string, number>()
  #cancel: (() => void) | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param delivered what the registry has of us @param reads ours that the registry does not have yet */
  online(session: Session, delivered: number, reads: Iterable<[string, number]>): void {
    this.#session = session
    this.#acknowledged = delivered
    this.#said.clear()
    for (const [conversation, position] of reads) this.read(conversation, position)
    this.#later()
  }

  offline(): void {
    this.#session = null
  }

  delivered(position: number): void {
    if (position <= this.#delivered) return
    this.#delivered = position
    this.#later()
  }

  read(conversation: string, position: number): void {
    if (position <= (this.#reads.get(conversation) ?? 0)) return
    this.#reads.set(conversation, position)
    this.#later()
  }

  /** Says at once what waits; for the end of a session. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = null
    const session = this.#session
    if (!session) return
    const delivered = this.#delivered
    if (delivered > this.#acknowledged) {
      this.#acknowledged = delivered
      this.#tell(session, { delivered })
    }
    for (const [conversation, position] of this.#reads) {
      this.#reads.delete(conversation)
      this.#said.set(conversation, position)
      this.#tell(session, { read: { conversation, position } })
    }
  }

  close(): void {
    this.flush()
    this.#session = null
  }

  #later(millis = TOGETHER): void {
    if (!this.#session || this.#cancel) return
    if (this.#delivered > this.#acknowledged || this.#reads.size > 0) this.#cancel = this.#clock.after(millis, () => this.flush())
  }

  #tell(session: Session, receipt: { delivered?: number; read?: { conversation: string; position: number } }): void {
    session.request('receipt', receipt).catch((error) => {
      // Lost with its session, it is compared anew at the next one: both positions are on disk. A refusal for good (of a conversation
      // that the registry no longer has) is no loss to anybody.
      const { code, retryAfter = PAUSE } = asOptiChatError(error)
      if (session !== this.#session || !LATER.has(code)) return
      const { delivered, read } = receipt
      if (delivered !== undefined) this.#acknowledged = Math.min(this.#acknowledged, delivered - 1)
      if (read && read.position === this.#said.get(read.conversation) && !this.#reads.has(read.conversation)) {
        this.#reads.set(read.conversation, read.position)
      }
      this.#later(retryAfter)
    })
  }
}
