/** Other registries that this one knows of, as it tells them to its users: hints for people whom no multicast reaches. */
import { MAX_NEIGHBOURS } from '../protocol/limits.ts'
import type { Neighbour } from '../protocol/messages.ts'

export class Neighbours {
  #list: readonly Neighbour[] = []

  get list(): readonly Neighbour[] {
    return this.#list
  }

  /** Whoever runs the registry says which there are; of more than MAX_NEIGHBOURS the first count. */
  set(list: readonly Neighbour[]): void {
    this.#list = list.slice(0, MAX_NEIGHBOURS)
  }
}
