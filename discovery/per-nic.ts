/** Keeps one thing open for each accepted interface, through cables pulled, addresses changed, adapters plugged in late, and sleep. */
import type { Clock } from '../core/protocol/clock.ts'
import { acceptedInterfaces, type Nic } from './interfaces.ts'

export interface PerNicOptions {
  readonly clock: Clock
  /** Milliseconds between two looks. */
  readonly poll: number
  /** The interfaces there are; {@link acceptedInterfaces} unless a test says otherwise. */
  readonly look: () => readonly Nic[]
  /** Milliseconds by which the wall clock must run ahead between two looks to say that the machine slept: all is opened anew. */
  readonly slept: number
  /** Opens what is kept for an interface. `broken` says that it ended by itself: it is opened anew at the next look. */
  open(nic: Nic, broken: () => void): { close(why: 'stopped' | 'replaced'): Promise<void> }
  /** An interface went, and no other of its name took its place. */
  gone?(name: string): void
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
  const kept = new Map<string, { nic: Nic; close(why: 'stopped' | 'replaced'): Promise<void> }>()
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
  const drop = (identity: string, why: 'stopped' | 'replaced' = 'replaced') => {
    const old = kept.get(identity)
    if (!old) return
    kept.delete(identity)
    const closed = old.close(why).finally(() => closing.delete(closed))
    closing.add(closed)
  }
  let looked = options.clock.now()
  const look = () => {
    const now = options.clock.now()
    const slept = now - looked > options.poll + options.slept
    looked = now
    const nics = options.look()
    const before = order
    order = nics.map(({ name }) => name)
    // Systems forget after sleep which groups a socket has joined, and the computer may be elsewhere now.
    for (const identity of [...kept.keys()]) if (slept || !nics.some((nic) => nic.identity === identity)) drop(identity)
    for (const name of before) if (!order.includes(name)) options.gone?.(name)
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
      for (const identity of [...kept.keys()]) drop(identity, 'stopped')
      await Promise.all(closing)
    },
  }
}
