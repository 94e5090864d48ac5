/** What becomes of offers: accepted or declined by a rule, asked about, or left for later; and how those accepted fare. */
import { mkdirSync } from 'node:fs'
import type { AcceptRule, Client, Transfer } from '../client/client.ts'
import { accepts } from '../client/transfer-settings.ts'
import { asOptiChatError, type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import { downloadFolder } from './folders.ts'
import type { Output } from './output.ts'
import { filesText, ownPart, progressBar, tellElsewhere, tellFailed, tellPaused, tellReceived } from './telling.ts'
import { oneLine } from './text.ts'

/** Which offers are accepted; `none` declines them all, null leaves to the settings, and else for later. */
export type Policy = 'all' | 'none' | readonly AcceptRule[] | null

export interface AcceptanceOptions {
  readonly client: Client
  readonly output: Output
  readonly policy: Policy
  /** The folder the person named; else where it began, else the downloads. */
  readonly into?: string
  /** Whether to wait for what others have to do: a sender who is away, a network that comes back. */
  readonly patient: boolean
  /** Asks the person about an offer that no rule settles; null: later. */
  ask?(transfer: Transfer): Promise<boolean | null>
}

interface Followed {
  ended: boolean
  /** Told as failed, and no byte has come since. */
  failed: boolean
}

export class Acceptance {
  readonly #options: AcceptanceOptions
  readonly #followed = new Map<string, Followed>()
  readonly #considered = new Set<string>()
  readonly #waiters: (() => void)[] = []
  #questions: Promise<void> = Promise.resolve()
  #failures = 0

  /** Listens to the client until that is closed. */
  constructor(options: AcceptanceOptions) {
    this.#options = options
    options.client.on('transfer', (transfer) => this.#changed(transfer))
  }

  /** How many transfers ended without their files. */
  get failures(): number {
    return this.#failures
  }

  /** Applies the rule to all that waits: open offers, and what was accepted before and interrupted. */
  async settleAll(): Promise<void> {
    for (const transfer of this.#options.client.transfers()) await this.settle(transfer)
  }

  /** Applies the rule to one transfer; one that is not to be received, or has been settled, stays as it is. */
  async settle(transfer: Transfer): Promise<void> {
    if (transfer.direction !== 'receive' || this.#considered.has(transfer.id)) return
    const { state } = ownPart(transfer)
    const open = state === 'offered'
    const interrupted = ['accepted', 'connecting', 'moving', 'paused', 'verifying', 'failed'].includes(state)
    const { policy, ask } = this.#options
    if ((!open && !interrupted) || transfer.paused || ownPart(transfer).code === 'files-missing') return
    if (this.#isAccepted(transfer)) await this.accept(transfer.id)
    else if (policy === 'none' && open) await this.decline(transfer.id)
    else if (policy === null && open && ask) {
      this.#considered.add(transfer.id)
      this.#questions = this.#questions.then(() => this.#ask(transfer, ask))
    }
  }

  #isAccepted(transfer: Transfer): boolean {
    const { policy, client } = this.#options
    if (policy === null) return client.accepts(transfer)
    return policy === 'all' || (policy !== 'none' && accepts({ accept: policy }, transfer))
  }

  async accept(id: string): Promise<void> {
    const { client, into } = this.#options
    const transfer = client.transfer(id)
    if (!transfer) throw new OptiChatError('transfer-unknown')
    this.#considered.add(id)
    this.#followed.set(id, { ended: false, failed: false })
    try {
      await client.accept(id, writableFolder(into ?? transfer.into ?? downloadFolder()))
    } catch (error) {
      const { code } = asOptiChatError(error)
      if (code === 'data-in-use') tellElsewhere(this.#options.output, transfer)
      else this.#fail(transfer, code)
      this.#end(id)
    }
  }

  async decline(id: string): Promise<void> {
    const { client, output } = this.#options
    this.#considered.add(id)
    const transfer = client.transfer(id)
    await client.decline(id)
    if (transfer) output.say(`declined ${filesText(transfer)} from ${oneLine(transfer.from.name)}`)
  }

  /** Resolves when every accepted transfer has ended and every question is answered. */
  async idle(): Promise<void> {
    await this.#questions
    while ([...this.#followed.values()].some(({ ended }) => !ended)) await new Promise<void>((resolve) => this.#waiters.push(resolve))
  }

  async #ask(transfer: Transfer, ask: (transfer: Transfer) => Promise<boolean | null>): Promise<void> {
    const answer = await ask(transfer)
    if (answer === true) await this.accept(transfer.id)
    else if (answer === false) await this.decline(transfer.id)
  }

  #changed(transfer: Transfer): void {
    const followed = this.#followed.get(transfer.id)
    if (!followed || followed.ended || transfer.direction !== 'receive') return
    const { state, bytes, code, rate = null, path = null } = ownPart(transfer)
    const { output, patient } = this.#options
    if (state === 'moving') {
      followed.failed = false
      output.tell({ event: 'progress', transfer: transfer.id, bytes, of: transfer.bytes, rate, path })
      output.progress(progressBar(bytes, transfer.bytes, rate))
    } else if (state === 'verifying') output.progress('checking and writing to disk …')
    else if (state === 'paused' && (patient || !code)) {
      if (!followed.failed) tellPaused(output, transfer)
      followed.failed = true
      if (!patient) this.#end(transfer.id)
    } else if (state === 'done') {
      tellReceived(output, transfer)
      this.#end(transfer.id)
    } else if (state === 'failed' || state === 'paused' || state === 'withdrawn' || state === 'cancelled' || state === 'declined') {
      if (!followed.failed) this.#fail(transfer, code ?? (state === 'failed' ? 'internal' : 'cancelled'))
      followed.failed = true
      if (state !== 'failed' || code === 'files-missing' || !patient) this.#end(transfer.id)
    }
  }

  #fail(transfer: Transfer, code: ErrorCode): void {
    this.#failures++
    tellFailed(this.#options.output, transfer, code)
  }

  #end(id: string): void {
    const followed = this.#followed.get(id)
    if (followed) followed.ended = true
    for (const wake of this.#waiters.splice(0)) wake()
  }
}

/** @throws OptiChatError `folder-unwritable` */
function writableFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true })
    return folder
  } catch (cause) {
    throw new OptiChatError('folder-unwritable', folder, { cause })
  }
}
