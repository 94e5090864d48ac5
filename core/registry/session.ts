/** One connection of a client, as the handlers see it. */
import type { Link, Manner } from '../link/link.ts'
import { MAX_BUFFERED } from '../protocol/limits.ts'
import type { EventName, EventOf, SessionPresence, UserId } from '../protocol/messages.ts'
import { formatEvent } from '../protocol/parse.ts'
import type { Account } from './accounts.ts'
import type { Stream } from './stream.ts'

/**
 * `connected → greeted → registering → greeted → signing-in → signed-in → synced → ended`; an enrolled device goes from
 * `connected` to `signed-in`. A session that is `synced` stays so while it proves its password anew. While a step waits for the disk the session is `settling`, where nothing can be asked for.
 */
export type Stage = 'connected' | 'greeted' | 'registering' | 'signing-in' | 'settling' | 'signed-in' | 'synced' | 'ended'

/** What a session is in the middle of, between the two steps of registering or logging in. */
export type Attempt =
  | {
      readonly kind: 'registering'
      readonly userId: UserId
      readonly name: string
      readonly nameKey: string
      /** The account that is there and gets a new password. */
      readonly resets: Account | null
      /** Hash of the code that lets it. */
      readonly invite: string | null
    }
  | {
      readonly kind: 'signing-in'
      /** As it was typed. */
      readonly name: string
      readonly nameKey: string
      readonly account: Account | null
      /** What the account's password was when this began. */
      readonly record: string | null
      /** OPAQUE's, for the last step. */
      readonly state: string
    }

/** Characters sent between two looks whether a client keeps up, which come off its bound: a look costs as much as a frame to many. */
const LOOK_AFTER = MAX_BUFFERED / 128

export class Session {
  readonly #link: Link
  readonly #onEnd: (session: Session, reason: string) => void
  /** SHA-256 of the device's certificate. */
  readonly fingerprint: string
  readonly address: string
  /** Characters sent since it was last looked whether it keeps up. */
  #unlooked = 0
  stage: Stage = 'connected'
  /** What the program says it is. */
  device = ''
  account: Account | null = null
  attempt: Attempt | null = null
  presence: SessionPresence = 'online'
  /** What it gets of the log, from `sync` on. */
  stream: Stream | null = null
  /** Where its peer server can be dialled. */
  endpoints: readonly string[] = []
  /** Until when it may change or delete its account, having proved its password; in elapsed milliseconds. */
  freshUntil = Number.NEGATIVE_INFINITY
  /** Refused frames, less the good ones since. */
  refused = 0
  /** Registrations and logins it began. */
  begun = 0
  /** Requests being worked on. */
  inFlight = 0
  inFlightCharacters = 0
  /** Ends the wait for a sign-in. */
  cancelDeadline: () => void = () => undefined

  /** @param onEnd called once, whichever side ended it; account and attempt are still there */
  constructor(link: Link, fingerprint: string, onEnd: (session: Session, reason: string) => void) {
    this.#link = link
    this.#onEnd = onEnd
    this.fingerprint = fingerprint
    this.address = link.remoteAddress
  }

  get ended(): boolean {
    return this.stage === 'ended'
  }

  /** Bytes that wait to be sent. */
  get buffered(): number {
    return this.#link.buffered
  }

  exportKey(label: string): Buffer {
    return this.#link.exportKey(label)
  }

  /** Queues a frame (see Link for the manner); one that doesn't keep up is ended. */
  send(frame: string, manner?: Manner): void {
    if (this.ended) return
    this.#link.send(frame, manner)
    this.#unlooked += frame.length
    if (this.#unlooked < LOOK_AFTER) return
    this.#unlooked = 0
    if (this.#link.buffered > MAX_BUFFERED - LOOK_AFTER) this.end('too-slow')
  }

  event<E extends EventName>(event: E, body: EventOf<E>): void {
    this.send(formatEvent(event, body))
  }

  /** Says goodbye with a reason (an error code) and closes. */
  end(reason: string): void {
    if (this.ended) return
    this.#link.send(formatEvent('bye', { reason }))
    this.#link.close(reason)
    this.lost(reason)
  }

  /** The link is gone. */
  lost(reason: string): void {
    if (this.ended) return
    this.cancelDeadline()
    this.stage = 'ended'
    this.#onEnd(this, reason)
    this.account = null
    this.attempt = null
    this.stream?.stop()
    this.stream = null
  }
}
