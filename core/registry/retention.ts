/** Deletes messages that are kept no longer, and frees the names of accounts that were deleted: at start, then again and again. */
import type { Clock } from '../protocol/clock.ts'
import { RETENTION_DAYS, TAKE_BACK_TIME } from '../protocol/limits.ts'
import type { Context } from './context.ts'
import { DELIVERED_INTERVAL, RETENTION_INTERVAL } from './limits.ts'

/** Days, or 'none': past delivery a message is kept only as long as it can be taken back, and RETENTION_DAYS at most. */
export type Retention = number | 'none'

const DAY = 24 * 60 * 60_000

/** The lowest stamp of a moment, whole milliseconds since 1970 (see StampClock). */
function stampAt(millis: number): string {
  return Math.max(0, millis).toString(16).padStart(12, '0')
}

/** Deletes what is older than it is kept, batch by batch, so that messages of people are stored in between. */
export async function forgetOld(context: Context, retention: Retention): Promise<number> {
  const { store, believed, journal, accounts, offers, conversations, receipts } = context
  const now = await believed.now()
  const days = retention === 'none' ? RETENTION_DAYS : retention
  let messages = 0
  for (;;) {
    const forgotten = await store.forget(stampAt(now - days * DAY))
    messages += forgotten.messages
    offers.forget(forgotten.through)
    for (const id of forgotten.conversations) {
      conversations.forget(id)
      receipts.forget(id)
    }
    if (!forgotten.more) break
  }
  if (messages > 0) journal.line`${messages} ${messages === 1 ? 'message' : 'messages'} older than ${days} days deleted`
  await accounts.freeNames(now - RETENTION_DAYS * DAY)
  return messages + (retention === 'none' ? await forgetDelivered(context, now) : 0)
}

/** Offers stay: their files are fetched later. */
async function forgetDelivered({ store, journal }: Context, now: number): Promise<number> {
  let messages = 0
  for (let after = 0; ; ) {
    const forgotten = await store.forgetDelivered({ before: stampAt(now - TAKE_BACK_TIME), after })
    messages += forgotten.messages
    if (!forgotten.more) break
    after = forgotten.through
  }
  if (messages > 0) journal.line`${messages} delivered ${messages === 1 ? 'message' : 'messages'} deleted`
  return messages
}

/** @returns what ends it */
export function forgetRegularly(context: Context, retention: Retention): () => void {
  let cancel = repeat(context.clock)
  function repeat(clock: Clock): () => void {
    return clock.after(
      retention === 'none' ? DELIVERED_INTERVAL : RETENTION_INTERVAL,
      () => {
        forgetOld(context, retention).catch((error: unknown) => context.journal.line`old messages could not be deleted: ${error}`)
        cancel = repeat(clock)
      },
      true,
    )
  }
  return () => cancel()
}
