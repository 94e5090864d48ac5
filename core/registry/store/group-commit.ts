/**
 * Turns operations asked for one by one into batches, and a batch's outcomes back into promises, in the order asked. What is asked for while
 * one batch is being written is the next one: the disk takes one at a time, so smaller ones would only cost more.
 */
import { OptiChatError } from '../../protocol/errors.ts'
import type { Asked, Done } from './sqlite-operations.ts'
import type { Operation, Operations, Store } from './store.ts'

interface Waiting {
  resolve(result: unknown): void
  reject(error: OptiChatError): void
}

export class GroupCommit {
  readonly #hand: (batch: Asked[]) => void
  readonly #later: (flush: () => void) => void
  #asked: Asked[] = []
  /** All that has no outcome yet, what is being written first. */
  #waiting: Waiting[] = []
  #writing = false
  /** The end of the batch that is being gathered is set. */
  #ending = false
  #broken: OptiChatError | null = null
  #idle: (() => void)[] = []

  /**
   * @param hand takes one batch; its outcomes are to be given to `done`, and no further one comes before
   * @param later ends a batch while nothing is written; the end of this turn of the event loop is when one is complete, a timer would only add its delay
   */
  constructor(hand: (batch: Asked[]) => void, later: (flush: () => void) => void = (flush) => void setImmediate(flush)) {
    this.#hand = hand
    this.#later = later
  }

  ask<O extends Operation>(operation: O, input: Parameters<Operations[O]>): Promise<ReturnType<Operations[O]>> {
    return new Promise((resolve, reject) => {
      if (this.#broken) return reject(this.#broken)
      this.#asked.push({ operation, input } as Asked)
      this.#waiting.push({ resolve: resolve as Waiting['resolve'], reject })
      if (this.#writing || this.#ending) return
      this.#ending = true
      this.#later(this.#flush)
    })
  }

  /** @param outcomes of the batch that is being written, in its order */
  done(outcomes: readonly Done[]): void {
    this.#writing = false
    const settled = this.#waiting.splice(0, outcomes.length)
    // First, so that it is written meanwhile.
    this.#flush()
    for (const [index, waiting] of settled.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined || 'error' in outcome) waiting.reject(outcome?.error ?? new OptiChatError('internal', 'no outcome'))
      else waiting.resolve(outcome.result)
    }
    this.#checkIdle()
  }

  /** Nothing more will come: all that waits, and all that is asked from now on, is rejected. */
  fail(error: OptiChatError): void {
    this.#broken ??= error
    this.#asked = []
    for (const { reject } of this.#waiting.splice(0)) reject(this.#broken)
    this.#checkIdle()
  }

  /** Resolves when nothing waits; what is asked afterwards is refused. */
  async finish(): Promise<void> {
    if (this.#waiting.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    this.#broken ??= new OptiChatError('registry-stopping', 'the store is closed')
  }

  readonly #flush = (): void => {
    this.#ending = false
    const batch = this.#asked
    if (batch.length === 0) return
    this.#asked = []
    this.#writing = true
    this.#hand(batch)
  }

  #checkIdle(): void {
    if (this.#waiting.length === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }
}

/** The store whose operations go through this group commit. */
export function storeOver(commit: GroupCommit, close: () => Promise<void>): Store {
  const operation =
    <O extends Operation>(name: O) =>
    (...input: Parameters<Operations[O]>) =>
      commit.ask(name, input)
  return {
    load: operation('load'),
    addUser: operation('addUser'),
    changePassword: operation('changePassword'),
    removeUser: operation('removeUser'),
    freeNames: operation('freeNames'),
    addInvite: operation('addInvite'),
    setRegistration: operation('setRegistration'),
    believe: operation('believe'),
    enrol: operation('enrol'),
    revoke: operation('revoke'),
    seen: operation('seen'),
    deviceSeen: operation('deviceSeen'),
    append: operation('append'),
    page: operation('page'),
    createRoom: operation('createRoom'),
    enterRoom: operation('enterRoom'),
    leaveRoom: operation('leaveRoom'),
    renameRoom: operation('renameRoom'),
    delivered: operation('delivered'),
    read: operation('read'),
    forget: operation('forget'),
    forgetDelivered: operation('forgetDelivered'),
    close,
  }
}
