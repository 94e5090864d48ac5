/** One connection to a registry: requests and their replies matched by number, events as they come. */
import type { Link } from '../link/link.ts'
import type { Clock } from '../protocol/clock.ts'
import { asOptiChatError, type ErrorCode, isErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Reply, Request, Verb } from '../protocol/messages.ts'
import { type EventFrame, formatRequest, parseRegistryFrame, parseReply, type RegistryFrame } from '../protocol/parse.ts'

/** Milliseconds for an answer: the registry answers in some, so this is a dead line or a stalled machine. */
const REQUEST_TIMEOUT = 15_000

export interface SessionHandlers {
  /** An event, checked. What this throws ends the session with its code. */
  event(frame: EventFrame): void
  /** Called once. `code` says why; `not-connected` when this side closed it. */
  ended(code: ErrorCode): void
}

interface Waiting {
  /** Takes the reply's body; throws when it is malformed. */
  settle(body: Record<string, unknown>): void
  fail(error: OptiChatError): void
}

export class Session {
  readonly link: Link
  /** Resolves when the link has ended at this side. */
  readonly gone: Promise<void>
  readonly #clock: Clock
  readonly #waiting = new Map<number, Waiting>()
  #handlers: SessionHandlers | null = null
  #early: EventFrame[] = []
  #count = 0
  #ended: ErrorCode | null = null
  #why: ErrorCode | null = null

  /** Takes over a link in the turn in which it was made. Events wait until `listen`. */
  constructor(link: Link, clock: Clock) {
    this.link = link
    this.#clock = clock
    this.gone = new Promise((resolve) => {
      link.start({
        frame: (text) => this.#guard(() => this.#frame(parseRegistryFrame(text))),
        ended: (reason) => {
          this.#end(this.#why ?? codeOf(reason))
          resolve()
        },
      })
    })
  }

  get ended(): boolean {
    return this.#ended !== null
  }

  /** Why it ended, or why the registry says it is about to. */
  get why(): ErrorCode | null {
    return this.#why ?? this.#ended
  }

  /** Starts the events; those that came before are given first. */
  listen(handlers: SessionHandlers): void {
    this.#handlers = handlers
    const early = this.#early
    this.#early = []
    for (const frame of early) this.#guard(() => this.#frame(frame))
    if (this.#ended) handlers.ended(this.#ended)
  }

  /**
   * Asks and resolves with the reply. `arrived` is called with it before any later frame is looked at.
   * @throws OptiChatError the registry's code; `timed-out`; `not-connected` when the connection ended first, so that nobody knows
   *   whether it was done.
   */
  request<V extends Verb>(
    verb: V,
    body: Request<V>,
    options: { timeout?: number; arrived?: (reply: Reply<V>) => void } = {},
  ): Promise<Reply<V>> {
    if (this.#ended) return Promise.reject(new OptiChatError('not-connected'))
    const n = ++this.#count
    return new Promise<Reply<V>>((resolve, reject) => {
      const done = () => {
        cancel()
        this.#waiting.delete(n)
      }
      const cancel = this.#clock.after(options.timeout ?? REQUEST_TIMEOUT, () => {
        done()
        reject(new OptiChatError('timed-out', verb))
        // A registry that is slower than this is a dead line: a new one goes on where this stopped.
        this.close('timed-out')
      })
      this.#waiting.set(n, {
        settle: (reply) => {
          done()
          try {
            const checked = parseReply(verb, reply)
            options.arrived?.(checked)
            resolve(checked)
          } catch (error) {
            reject(error)
            throw error
          }
        },
        fail: (error) => {
          done()
          reject(error)
        },
      })
      this.link.send(formatRequest(verb, n, body))
    })
  }

  /** Ends it; what waits for a reply is told `not-connected`. */
  close(code: ErrorCode = 'not-connected'): void {
    this.#why ??= code
    this.link.close(code)
    this.#end(code)
  }

  #frame(frame: RegistryFrame): void {
    if (this.#ended) return
    if (frame.kind === 'event') {
      if (frame.event === 'bye') this.#why = codeOf(frame.body.reason)
      if (this.#handlers) this.#handlers.event(frame)
      else this.#early.push(frame)
      return
    }
    if (frame.n === null) {
      // An error about no request: the registry did not understand us and is about to end this.
      if (frame.kind === 'error') this.#why = frame.code
      return
    }
    if (frame.n > this.#count) throw new OptiChatError('bad-frame', 'a reply to nothing')
    // One that comes after its timeout finds nobody waiting.
    const waiting = this.#waiting.get(frame.n)
    if (frame.kind === 'reply') waiting?.settle(frame.body)
    else waiting?.fail(new OptiChatError(frame.code, frame.about, { retryAfter: frame.retryAfter }))
  }

  #guard(run: () => void): void {
    try {
      run()
    } catch (error) {
      this.close(asOptiChatError(error).code)
    }
  }

  #end(code: ErrorCode): void {
    if (this.#ended) return
    this.#ended = code
    for (const waiting of [...this.#waiting.values()]) waiting.fail(new OptiChatError('not-connected'))
    this.#early = []
    this.#handlers?.ended(code)
  }
}

/** Why a link ended, as a code: a registry may give a reason this version does not know. */
function codeOf(reason: string): ErrorCode {
  return isErrorCode(reason) ? reason : 'registry-unreachable'
}
