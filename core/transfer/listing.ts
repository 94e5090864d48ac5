import { join } from 'node:path'
import { Delivery } from './delivery.ts'
import type { Entry } from './entries.ts'
import { CHUNK_ENTRIES } from './limits.ts'
import { Manifest } from './manifest.ts'

/** What a served transfer consists of: its manifest, and where and how each of its files was found here. */
export class Listing {
  readonly manifest = new Manifest()
  /** What was left out and why. */
  skipped: readonly string[] = []
  readonly #deliveries = new Map<string, Delivery>()
  /** Where each top-level item lies. */
  readonly #roots = new Map<string, string>()
  /** Modification times as precise as the system tells them (ms), to notice a change. */
  readonly #stamps: Float64Array[] = []

  /** @param source absolute path; below a top-level item it ends as the entry's path does */
  add(entry: Entry, source: string, stamp: number): void {
    const index = this.manifest.entries
    this.manifest.add(entry)
    if (!entry.path.includes('/')) this.#roots.set(entry.path, source)
    const stamps = this.#stamps[Math.floor(index / CHUNK_ENTRIES)] ?? new Float64Array(CHUNK_ENTRIES)
    stamps[index % CHUNK_ENTRIES] = stamp
    this.#stamps[Math.floor(index / CHUNK_ENTRIES)] = stamps
  }

  close(skipped: readonly string[]): void {
    this.skipped = skipped
    this.manifest.close()
  }

  sourceOf({ path }: Entry): string {
    const at = path.indexOf('/')
    const root = this.#roots.get(at < 0 ? path : path.slice(0, at)) ?? ''
    return at < 0 ? root : join(root, path.slice(at + 1))
  }

  stampOf(index: number): number {
    return this.#stamps[Math.floor(index / CHUNK_ENTRIES)]?.[index % CHUNK_ENTRIES] ?? Number.NaN
  }

  /** What a device was sent of this, over all its sockets; `anew` when it has nothing of it. */
  deliveryTo(fingerprint: string, anew: boolean): Delivery {
    const known = anew ? undefined : this.#deliveries.get(fingerprint)
    const delivery = known ?? new Delivery(this.manifest.totals().digest)
    this.#deliveries.set(fingerprint, delivery)
    return delivery
  }
}
