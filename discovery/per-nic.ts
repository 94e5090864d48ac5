/** Keeps one thing open for each accepted interface, through cables pulled, addresses changed and adapters plugged in late. */
import type { Clock } from '../core/protocol/clock.ts'
import { acceptedInterfaces, type Nic } from './interfaces.ts'

export interface PerNicOptions {
  readonly clock: Clock
  /** Milliseconds between two looks. */
  readonly poll: number
  /** The interfaces there are; {@link acceptedInterfaces} unless a test says otherwise. */
  readonly look: () => readonly Nic[]
  /** Opens what is kept for an interface. `broken` says that it ended by itself: it is opened anew at the next look. */
  open(nic: Nic, broken: () => void): { close(): Promise<void> }
  /** Said once for each interface and message, however often it is tried again. */
  trouble(what: { interface: string; message: string }): void
}

export interface PerNic {
  /** Says trouble for an interface, unless that was its last word already. */
  trouble(nic: Nic, message: string): void
  /** The place of an interface in the ranking now; 0 is the best. */
  place(name: string): number
  stop(): Promise<void>
}

export function lookAt(only: readonly string[] | undefined): () => readonly Nic[] {
  return () => acceptedInterfaces(only)
}

export function keepPerNic(options: PerNicOptions): PerNic {
  const kept = new Map<string, { nic: Nic; close(): Promise<void> }>()
  const closing = new Set<Promise<void>>()
  const lastTrouble = new Map<string, string>()
  let order: string[] = []
  let stopped = false
  let cancel: (() => void) | null = null

  const trouble = (nic: Nic, message: string) => {
    if (stopped || lastTrouble.get(nic.name) === message) return
    lastTrouble.set(nic.name, message)
    options.trouble({ interface: nic.name, message })
  }
  const drop = (identity: string) => {
    const old = kept.get(identity)
    if (!old) return
    kept.delete(identity)
    const closed = old.close().finally(() => closing.delete(closed))
    closing.add(closed)
  }
  const look = () => {
    const nics = options.look()
    order = nics.map(({ name }) => name)
    for (const identity of [...kept.keys()]) if (!nics.some((nic) => nic.identity === identity)) drop(identity)
    for (const name of [...lastTrouble.keys()]) if (!order.includes(name)) lastTrouble.delete(name)
    for (const nic of nics) {
      if (kept.has(nic.identity)) continue
      try {
        kept.set(nic.identity, { nic, ...options.open(nic, () => drop(nic.identity)) })
      } catch (error) {
        trouble(nic, error instanceof Error ? error.message : String(error))
      }
    }
    // Not an idle timer: without any interface, this wait for one is all that keeps a program that looks for registries running.
    cancel = options.clock.after(options.poll, look)
  }
  look()

  return {
    trouble,
    place: (name) => {
      const at = order.indexOf(name)
      return at < 0 ? order.length : at
    },
    async stop() {
      stopped = true
      cancel?.()
      for (const identity of [...kept.keys()]) drop(identity)
      await Promise.all(closing)
    },
  }
}
