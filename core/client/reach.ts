/** Meets a registry that may have moved: at its last address and wherever somebody says it is, all at once. */
import { setMaxListeners } from 'node:events'
import type { Clock } from '../protocol/clock.ts'
import { asOptiChatError, type OptiChatError } from '../protocol/errors.ts'
import type { KnownRegistry, RegistryAddress } from './client.ts'

/** Looks for a registry and tells each address at which it may be, until it has looked long enough or is no longer needed. */
export type Locate = (found: (address: RegistryAddress) => void, signal: AbortSignal) => Promise<void>

/** Milliseconds that the last address is given before others are looked for: most registries are where they were (as in RFC 8305 §5). */
const HEAD_START = 250
/** Addresses tried in one go: who announces hundreds in a registry's name must not make us knock at all of them. */
const MAX_CANDIDATES = 16

export interface ReachOptions<S> {
  readonly known: KnownRegistry
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly locate: Locate
  /** Rejects unless the registry there has proven to be the known one. */
  greet(address: RegistryAddress, signal: AbortSignal): Promise<S>
  /** Met, but another was faster. */
  discard(met: S): void
  /** Says that the registry is not there (any more), not that it refuses us. */
  isElsewhere(error: OptiChatError): boolean
}

/**
 * The first that proves itself wins. What was told is only a hint: it is why the last address failed that counts in the end, unless
 * this is our registry and it refuses us.
 */
export function reach<S>(options: ReachOptions<S>): Promise<S> {
  const { known, clock } = options
  const rest = new AbortController()
  const signal = AbortSignal.any([options.signal, rest.signal])
  // Every attempt listens whether it is still wanted.
  setMaxListeners(0, signal)
  return new Promise<S>((resolve, reject) => {
    const tried = new Set<string>()
    let waiting = 0
    let searching: 'not yet' | 'on' | 'over' = 'not yet'
    let settled = false
    let failure: OptiChatError | null = null
    const settle = (finish: () => void) => {
      if (settled) return
      settled = true
      cancel()
      finish()
      rest.abort()
    }
    const fail = (error: OptiChatError) => settle(() => reject(error))
    const giveUp = () => {
      if (waiting === 0 && searching === 'over' && failure) fail(failure)
    }
    const attempt = (address: RegistryAddress, failed: (error: OptiChatError) => void) => {
      tried.add(`${address.host} ${address.port}`)
      waiting += 1
      options.greet(address, signal).then(
        (met) => {
          if (settled) options.discard(met)
          else settle(() => resolve(met))
        },
        (cause: unknown) => {
          waiting -= 1
          const error = asOptiChatError(cause)
          if (!options.isElsewhere(error)) fail(error)
          failed(error)
          giveUp()
        },
      )
    }
    const search = () => {
      if (searching !== 'not yet' || settled) return
      searching = 'on'
      const found = ({ host, port, fingerprint }: RegistryAddress) => {
        if (settled || tried.size > MAX_CANDIDATES || tried.has(`${host} ${port}`)) return
        if (fingerprint !== undefined && fingerprint !== known.fingerprint) return
        attempt({ host, port, fingerprint: known.fingerprint }, () => undefined)
      }
      const over = () => {
        searching = 'over'
        giveUp()
      }
      // A search that fails has found nothing.
      options.locate(found, signal).then(over, over)
    }
    const cancel = clock.after(HEAD_START, search)
    attempt(known, (error) => {
      failure = error
      search()
    })
  })
}
