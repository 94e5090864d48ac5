/** A typed emitter. A listener that throws is the listener's fault: it shows as an uncaught error, and nobody else notices. */
export class Emitter<Events extends { [E in keyof Events]: unknown[] }> {
  readonly #listeners: { [E in keyof Events]?: Set<(...args: Events[E]) => void> } = {}

  /** @returns what takes the listener away again. */
  on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): () => void {
    // A listener given twice is called twice, and each is taken away by itself.
    const own = (...args: Events[E]) => listener(...args)
    const listeners = this.#listeners[event] ?? new Set()
    this.#listeners[event] = listeners
    listeners.add(own)
    return () => {
      listeners.delete(own)
    }
  }

  emit<E extends keyof Events>(event: E, ...args: Events[E]): void {
    for (const listener of [...(this.#listeners[event] ?? [])]) {
      try {
        listener(...args)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
