/** How an offer of ours fares with each of its recipients. */
import type { Client, Transfer, TransferPart, TransferState } from '../client/client.ts'
import type { Clock } from '../protocol/clock.ts'
import { type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Output } from './output.ts'
import { missingText, progressBar } from './telling.ts'
import { bytesText, oneLine } from './text.ts'

/** Nothing more is to come from a recipient in one of these. */
const ENDED: ReadonlySet<TransferState> = new Set(['done', 'declined', 'withdrawn', 'cancelled', 'failed'])

/** Milliseconds by which the recipient's word may come before our own figures of how it went. */
const FIGURES = 1_000
/** Milliseconds between two words on the progress of one recipient. */
const PROGRESS = 500

export interface OfferWatchOptions {
  readonly client: Client
  readonly output: Output
  readonly clock: Clock
  /** Milliseconds after which it gives up; null: never. */
  readonly timeout: number | null
  /** Does not stay for people who are not here: they get it later. */
  readonly leaveAway: boolean
}

/** Follows an offer until each recipient's part has ended. */
export class OfferWatch {
  readonly #o: OfferWatchOptions
  readonly #transfer: string
  /** Recipients whose end was told, and whether they have the files. */
  readonly #told = new Map<string, boolean>()
  /** Those who said that they have all, before the figures of it were here. */
  readonly #late = new Set<string>()
  /** What each was said to be waited for. */
  readonly #waiting = new Map<string, string>()
  readonly #progressAt = new Map<string, number>()

  constructor(transfer: Transfer, options: OfferWatchOptions) {
    this.#transfer = transfer.id
    this.#o = options
  }

  /** @returns the exit code */
  untilEnded(): Promise<number> {
    const { client, clock, timeout } = this.#o
    return new Promise((resolve) => {
      const finish = () => {
        for (const stop of stops) stop()
        resolve([...this.#told.values()].every(Boolean) ? 0 : 1)
      }
      const look = () => {
        const transfer = client.transfer(this.#transfer)
        if (transfer && this.#look(transfer, look)) finish()
      }
      const stops = [
        client.on('transfer', ({ id }) => {
          if (id === this.#transfer) look()
        }),
        client.on('roster', look),
        timeout === null
          ? () => undefined
          : clock.after(timeout, () => {
              this.#timedOut()
              finish()
            }),
      ]
      look()
    })
  }

  #timedOut(): void {
    const open = this.#o.client.transfer(this.#transfer)
    for (const part of open?.parts ?? []) if (open && !this.#told.has(part.user.id)) this.#tell(open, part, 'timed-out')
  }

  /** @returns whether nobody is left to stay for */
  #look(transfer: Transfer, again: () => void): boolean {
    const { output, leaveAway } = this.#o
    for (const part of transfer.parts) {
      if (!ENDED.has(part.state) || this.#told.has(part.user.id)) continue
      if (part.state === 'done' && part.seconds === undefined && !this.#late.has(part.user.id)) {
        this.#o.clock.after(FIGURES, () => {
          this.#late.add(part.user.id)
          again()
        })
        continue
      }
      this.#tell(transfer, part)
    }
    const open = transfer.parts.filter(({ user }) => !this.#told.has(user.id))
    for (const part of open) this.#tellOpen(transfer, part)
    const moving = open.filter(({ state }) => state === 'moving')
    if (moving.length > 0) {
      const sum = (of: (part: TransferPart) => number) => moving.reduce((all, part) => all + of(part), 0)
      const rate = sum(({ rate = 0 }) => rate)
      output.progress(
        progressBar(
          sum(({ bytes }) => bytes),
          moving.length * transfer.bytes,
          rate || null,
        ),
      )
    }
    if (!leaveAway) return open.length === 0
    const later = open.filter((part) => !this.#isHere(part))
    if (later.length < open.length) return false
    this.#tellLater(transfer, later)
    return true
  }

  /** Whether somebody is there to answer, or to go on. */
  #isHere({ user, state }: TransferPart): boolean {
    return state === 'moving' || this.#presence(user.id) !== 'offline'
  }

  #presence(user: string): string {
    return this.#o.client.roster().find(({ id }) => id === user)?.presence ?? 'offline'
  }

  /** Says, once each time it changes, what somebody is waited for; and how far those are to whom it moves. */
  #tellOpen(transfer: Transfer, part: TransferPart): void {
    const { output, clock } = this.#o
    const { user, state, bytes, rate = null, path = null, code } = part
    if (state === 'moving' || state === 'verifying') {
      this.#waiting.delete(user.id)
      const now = clock.elapsed()
      if (now - (this.#progressAt.get(user.id) ?? Number.NEGATIVE_INFINITY) < PROGRESS) return
      this.#progressAt.set(user.id, now)
      output.tell({ event: 'progress', transfer: transfer.id, to: user.name, bytes, of: transfer.bytes, rate, path })
      return
    }
    const presence = this.#presence(user.id)
    const away = presence === 'offline'
    const what =
      state === 'paused' && code === 'disk-full'
        ? 'to free space on the full disk'
        : state === 'paused'
          ? 'to let it go on'
          : away
            ? 'to come'
            : state === 'offered'
              ? 'to accept'
              : 'to be connected'
    if (this.#waiting.get(user.id) === what) return
    // Attempts to connect are over in an instant, mostly.
    if (what === 'to be connected' && this.#waiting.get(user.id) === undefined) return
    this.#waiting.set(user.id, what)
    if (this.#o.leaveAway && away) return
    output.tell({ event: 'waiting', transfer: transfer.id, to: user.name, state, presence, ...(code ? { code } : {}) })
    output.say(`waiting for ${oneLine(user.name)} ${what}`)
  }

  #tellLater(transfer: Transfer, later: readonly TransferPart[]): void {
    const { output } = this.#o
    for (const { user } of later) output.tell({ event: 'later', transfer: transfer.id, to: user.name })
    if (later.length > 0) output.say(`for later: ${later.map(({ user }) => oneLine(user.name)).join(', ')}. ${LATER_TEXT}`)
  }

  #tell(transfer: Transfer, part: TransferPart, code?: ErrorCode): void {
    const { output } = this.#o
    const { user, state, bytes, seconds = null, path = null, missing, missingCount } = part
    const event = code === undefined && (state === 'done' || state === 'declined') ? state : 'failed'
    this.#told.set(user.id, event === 'done')
    const fields = { event, transfer: transfer.id, to: user.name, bytes, seconds, path }
    const name = oneLine(user.name)
    if (event === 'done') {
      const rate = seconds ? `, ${bytesText(bytes / seconds)}/s` : ''
      output.tell(fields, `${name} has it all (${bytesText(bytes)}${rate}${path === null ? '' : `, ${path}`})`)
      return
    }
    const why = new OptiChatError(code ?? part.code ?? (state === 'declined' ? 'declined' : state === 'failed' ? 'internal' : 'cancelled'))
    const more = { code: why.code, message: why.message, next: why.next, ...(missing ? { missing, missingCount } : {}) }
    output.tell(event === 'failed' ? { ...fields, ...more } : fields)
    output.warn(`optichat: ${name}: ${[why.message, missingText(part), why.next].filter(Boolean).join(' ')} [${why.code}]`)
  }
}

/** What "later" takes. */
export const LATER_TEXT =
  'They get it when they are here and OptiChat runs on this profile: the app, or "optichat receive --follow". The files have to stay where they are.'
