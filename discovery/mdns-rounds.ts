/** When to ask on one interface: a burst at first, then now and then, and at once again where somebody did not answer. */
import type { Clock, Random } from '../core/protocol/clock.ts'
import type { Family } from './mdns-transport.ts'
import type { Timings } from './timings.ts'

export interface RoundsOptions {
  readonly clock: Clock
  readonly random: Random
  readonly timings: Timings
  /** IPv4 first, where there are both. */
  readonly families: readonly Family[]
  /** `counts`: who does not answer has missed it. */
  ask(question: { family: Family; once: boolean; counts: boolean }): void
  /** Somebody else has put our question on IPv4. */
  othersAsked(): void
  /** The time for answers is over. True: some have not answered and may yet. */
  sweep(): boolean
}

export interface Rounds {
  /** Asks at once: something does not add up. */
  check(): void
  /** Somebody else has put our question to everybody: the answers are ours, too (RFC 6762 §7.3). */
  heardQuestion(): void
  close(): void
}

/** Milliseconds by which IPv6 is asked later, so that a registry's IPv4 address is heard first: it is what people can read. */
const IPV6_LATER = 40
/** Milliseconds between the first two questions to everybody (RFC 6762 §5.2). */
const SECOND_QUESTION = 1_000
/** How much a round's length differs by chance, so that programs started at once do not ask at once for ever. */
const JITTER = 0.1

export function askInRounds(options: RoundsOptions): Rounds {
  const { clock, random, timings, families } = options
  const cancels = new Set<() => void>()
  const after = (millis: number, run: () => void) => {
    const cancel = clock.after(
      millis,
      () => {
        cancels.delete(cancel)
        run()
      },
      true,
    )
    cancels.add(cancel)
    return cancel
  }
  let number = 0
  let counted = Number.NEGATIVE_INFINITY
  let chasing = false
  let cancelRound: () => void = () => undefined

  const askAll = (once: boolean, counts: boolean) => {
    for (const family of families) {
      if (family === 4 || families.length === 1) options.ask({ family, once, counts })
      else after(IPV6_LATER, () => options.ask({ family, once, counts }))
    }
  }
  const judge = () => {
    chasing = options.sweep()
    if (chasing) chase()
  }
  const chase = () => {
    chasing = true
    askAll(true, true)
    after(timings.answer, judge)
  }
  const judgeLater = () => after(timings.answer, () => chasing || judge())
  const roundLater = () => {
    cancelRound()
    cancelRound = after(timings.query * (1 - JITTER + 2 * JITTER * random()), round)
  }
  const round = () => {
    number += 1
    counted = clock.elapsed()
    // IPv6 first, while it is known who answers over IPv4 and hence need not answer twice.
    for (const family of families.toReversed()) {
      const turn = family === 4 || families.length === 1 || number % timings.ipv6Every === 0
      if (turn) options.ask({ family, once: false, counts: true })
    }
    judgeLater()
    roundLater()
  }

  askAll(false, false)
  for (const delay of timings.burst) after(delay, () => askAll(true, false))
  after(Math.max(...timings.burst) + timings.answer, () => chasing || judge())
  after(SECOND_QUESTION, () => askAll(false, false))
  roundLater()

  return {
    check: () => {
      if (!chasing) chase()
    },
    heardQuestion() {
      if (!families.includes(4) || clock.elapsed() - counted < timings.query / 2) return
      counted = clock.elapsed()
      options.othersAsked()
      judgeLater()
      roundLater()
    },
    close() {
      for (const cancel of cancels) cancel()
      cancels.clear()
    },
  }
}
