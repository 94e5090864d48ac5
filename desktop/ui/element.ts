/** What components have in common: the store, heard while they are on the page; and an action that is busy or failed. */
import { LitElement, type ReactiveController, type ReactiveControllerHost } from 'lit'
import type { BridgeError } from '../bridge.ts'
import type { Store } from './store.ts'
import { asBridgeError } from './words.ts'

let provided: Store | undefined

export function provideStore(store: Store): void {
  provided = store
}

export function useStore(): Store {
  if (!provided) throw new Error('a component was made before the store')
  return provided
}

/** Redraws on every change of the store, from when it is on the page until it is not. */
export class StoreElement extends LitElement {
  protected readonly store = useStore()
  #unsubscribe: (() => void) | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    this.#unsubscribe = this.store.subscribe(() => this.requestUpdate())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#unsubscribe?.()
    this.#unsubscribe = undefined
  }
}

/** One thing a person asked for: busy until answered, and the error beside the button that caused it. */
export class Action implements ReactiveController {
  busy = false
  error: BridgeError | null = null
  readonly #host: ReactiveControllerHost

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    this.clear()
  }

  clear(): void {
    this.error = null
    this.#host.requestUpdate()
  }

  /** Runs it unless one is running. True when it went well. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.clear()
    try {
      await work()
      return true
    } catch (error) {
      this.error = asBridgeError(error)
      return false
    } finally {
      this.busy = false
      this.#host.requestUpdate()
    }
  }
}
