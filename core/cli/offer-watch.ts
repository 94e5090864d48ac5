/** How an offer of ours fares with each of its recipients. */
import type { Client, Transfer, TransferPart, TransferState } from '../client/client.ts'
import type { Clock } from '../protocol/clock.ts'
import { type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Output } from './output.ts'
import { Rate } from './rate.ts'
import { progressBar } from './telling.ts'
import { bytesText, oneLine } from './text.ts'

/** Nothing more is to come from a recipient in one of these. */
const ENDED: ReadonlySet<TransferState> = new Set(['done', 'declined', 'withdrawn', 'cancelled', 'failed'])

/** Milliseconds by which the recipient's word may come before our own figures of how it went. */
const FIGURES = 1_000

/** Follows an offer until each recipient's part has ended. */
export class OfferWatch {
  readonly #client: Client
  readonly #output: Output
  readonly #clock: Clock
  readonly #rate: Rate
  /** Recipients whose end was told, and whether they have the files. */
  readonly #told = new Map<string, boolean>()
  /** Those who said that they have all, before the figures of it were here. */
  readonly #late = new Set<string>()

  constructor(client: Client, output: Output, clock: Clock) {
    this.#client = client
    this.#output = output
    this.#clock = clock
    this.#rate = new Rate(clock)
  }

  /** @returns the exit code */
  untilEnded({ id }: Transfer, millis: number | null): Promise<number> {
    return new Promise((resolve) => {
      const finish = () => {
        cancel()
        stop()
        resolve([...this.#told.values()].every(Boolean) ? 0 : 1)
      }
      const look = () => {
        const transfer = this.#client.transfer(id)
        if (transfer && this.#tellEnded(transfer, look)) finish()
      }
      const stop = this.#client.on('transfer', (changed) => {
        if (changed.id === id) look()
      })
      const cancel =
        millis === null
          ? () => undefined
          : this.#clock.after(millis, () => {
              const open = this.#client.transfer(id)
              for (const part of open?.parts ?? []) if (open && !this.#told.has(part.user.id)) this.#tell(open, part, 'timed-out')
              finish()
            })
      look()
    })
  }

  /** @returns whether all have ended */
  #tellEnded(transfer: Transfer, again: () => void): boolean {
    for (const part of transfer.parts) {
      if (!ENDED.has(part.state) || this.#told.has(part.user.id)) continue
      if (part.state === 'done' && part.seconds === undefined && !this.#late.has(part.user.id)) {
        this.#clock.after(FIGURES, () => {
          this.#late.add(part.user.id)
          again()
        })
        continue
      }
      this.#tell(transfer, part)
    }
    const moving = transfer.parts.filter(({ user }) => !this.#told.has(user.id))
    const bytes = moving.reduce((sum, part) => sum + part.bytes, 0)
    if (bytes > 0) this.#output.progress(progressBar(bytes, moving.length * transfer.bytes, this.#rate.next(bytes)))
    return moving.length === 0
  }

  #tell(transfer: Transfer, part: TransferPart, code?: ErrorCode): void {
    const { user, state, bytes, seconds = null, path = null } = part
    const event = code === undefined && (state === 'done' || state === 'declined') ? state : 'failed'
    this.#told.set(user.id, event === 'done')
    const fields = { event, transfer: transfer.id, to: user.name, bytes, seconds, path }
    const name = oneLine(user.name)
    if (event === 'done') {
      const rate = seconds ? `, ${bytesText(bytes / seconds)}/s` : ''
      this.#output.tell(fields, `${name} has it all (${bytesText(bytes)}${rate}${path === null ? '' : `, ${path}`})`)
      return
    }
    const why = new OptiChatError(code ?? part.code ?? (state === 'declined' ? 'declined' : state === 'failed' ? 'internal' : 'cancelled'))
    this.#output.tell(event === 'failed' ? { ...fields, code: why.code, message: why.message, next: why.next } : fields)
    this.#output.warn(`optichat: ${name}: ${[why.message, why.next].filter(Boolean).join(' ')} [${why.code}]`)
  }
}
