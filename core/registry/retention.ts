/** Deletes messages that are older than they are kept: at start, then daily. */
import type { Clock } from '../protocol/clock.ts'
import type { Context } from './context.ts'
import { RETENTION_INTERVAL } from './limits.ts'

const DAY = 24 * 60 * 60_000

/** The lowest stamp of a moment (see StampClock). */
function stampAt(millis: number): string {
  return Math.max(0, millis).toString(16).padStart(12, '0')
}

/** Deletes what is older than `days`, batch by batch, so that messages of people are stored in between. */
export async function forgetOld({ store, clock, journal, offers, conversations, receipts }: Context, days: number): Promise<number> {
  let messages = 0
  for (;;) {
    const forgotten = await store.forget(stampAt(clock.now() - days * DAY))
    messages += forgotten.messages
    offers.forget(forgotten.through)
    for (const id of forgotten.conversations) {
      conversations.forget(id)
      receipts.forget(id)
    }
    if (!forgotten.more) break
  }
  if (messages > 0) journal.line`${messages} ${messages === 1 ? 'message' : 'messages'} older than ${days} days deleted`
  return messages
}

/** @returns what ends it */
export function forgetDaily(context: Context, days: number): () => void {
  let cancel = repeat(context.clock)
  function repeat(clock: Clock): () => void {
    return clock.after(
      RETENTION_INTERVAL,
      () => {
        forgetOld(context, days).catch((error: unknown) => context.journal.line`old messages could not be deleted: ${error}`)
        cancel = repeat(clock)
      },
      true,
    )
  }
  return () => cancel()
}
