/** Bugs as a tired programmer would write them, planted in a run from outside: the product's code has none of these switches. */

import { formatEvent } from '../../core/protocol/parse.ts'
import type { Context } from '../../core/registry/context.ts'
import type { Asked } from '../../core/registry/store/sqlite-operations.ts'
import type { Plants } from './stage.ts'

/** Acknowledges what is written but not synced; a power cut takes it back. */
export function acknowledgeBeforeStoring(): Plants {
  return { tellsEarly: true }
}

/** Stores a message that is sent again as another one. */
export function forgetIds(): Plants {
  const had = new Set<string>()
  const anew = (one: Asked): Asked => {
    if (one.operation !== 'append') return one
    const [draft] = one.input
    const key = `${draft.author} ${draft.id}`
    if (!had.has(key)) {
      had.add(key)
      return one
    }
    return { ...one, input: [{ ...draft, id: `${draft.id.slice(0, -8)}${String(had.size).padStart(8, '0')}` }] }
  }
  return { run: (batch, operations) => operations.run(batch.map(anew)) }
}

/** A client that comes back asks for what is new from then on, not from where it stopped. */
export function loseTheCursor(): Plants {
  return {
    toRegistry: (frame) => {
      const request = JSON.parse(frame) as { verb: string; after: number }
      return request.verb === 'sync' && request.after > 0 ? JSON.stringify({ ...request, after: Number.MAX_SAFE_INTEGER }) : frame
    },
  }
}

/** The last device to speak has the last word on how far its user has got. */
export function letReceiptsGoBack(): Plants {
  return {
    started: ({ receipts, sessions }: Context) => {
      receipts.delivered = async (session, account, through) => {
        account.delivered = through
        for (const other of sessions.synced()) {
          if (other !== session) other.send(formatEvent('receipt', { user: account.id, delivered: through }))
        }
      }
    },
  }
}

/** A client that comes back gets the message it had last once more. */
export function deliverTwiceAfterResuming(): Plants {
  const earlier = (one: Asked): Asked => {
    if (one.operation !== 'page') return one
    const [{ user, after }] = one.input
    return { ...one, input: [{ user, after: Math.max(0, after - 1) }] }
  }
  return { run: (batch, operations) => operations.run(batch.map(earlier)) }
}
