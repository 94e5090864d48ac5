import type { Reply } from '../../protocol/messages.ts'
import { formatEvent } from '../../protocol/parse.ts'
import type { Context } from '../context.ts'
import { MAX_SYNC_REPLY, ROSTER_ROWS } from '../limits.ts'
import { rosterText, rosterUser } from '../presence.ts'
import type { Session } from '../session.ts'
import { Stream } from '../stream.ts'
import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/**
 * The state of things, then the stream of what was missed, `synced`, and what happens. What doesn't fit into the one reply
 * follows it as events of the same meaning.
 */
export const sync: Handler<'sync'> = {
  stages: SIGNED_IN.filter((stage) => stage !== 'synced'),
  handle(context, session, { after }) {
    const { messages, receipts, offers, rooms, accounts, presences, clock } = context
    const account = userOf(session)
    const { head } = messages
    const reply: Reply<'sync'> = { head, users: [], rooms: [], reads: [], serving: [] }
    let left = MAX_SYNC_REPLY
    const fits = (text: string) => {
      left -= text.length
      return left > 0
    }
    /** Puts what fits into the reply. @returns what didn't */
    const split = <T>(items: Iterable<T>, list: T[]): T[] => {
      const rest: T[] = []
      for (const item of items) (left > 0 && fits(JSON.stringify(item)) ? list : rest).push(item)
      return rest
    }
    for (const one of accounts.all()) {
      if (reply.users.length === ROSTER_ROWS) break
      left -= rosterText(one).length
      reply.users.push(rosterUser(one))
    }
    const others = split(rooms.visibleTo(account.id), reply.rooms)
    const serving = split(offers.availableTo(account, session), reply.serving)
    const reads = split(receipts.of(account.id), reply.reads)
    // A position beyond the head is of another time, as after a backup was put back.
    session.stream = new Stream(session, clock, Math.min(Math.max(after, account.since), head))
    session.stage = 'synced'
    leftOver.set(session, {
      // Made when they are sent, so that they tell how it is then.
      *[Symbol.iterator]() {
        yield* presences.roster.afterFirst()
        for (const { id } of others) {
          const room = rooms.seenBy(account.id, id)
          if (room) yield formatEvent('room', { room })
        }
        for (const transfer of serving) if (offers.fetchable(transfer, account)) yield formatEvent('serving', { transfer })
        for (const read of reads) yield formatEvent('receipt', { user: read.user, read })
      },
    })
    return reply
  },
  after(context, session) {
    void stream(context, session)
  },
}

/** What didn't fit, between the reply and what follows it. */
const leftOver = new WeakMap<Session, Iterable<string>>()

async function stream({ store, journal, presences }: Context, session: Session): Promise<void> {
  const { account } = session
  if (!account) return
  try {
    await session.stream?.sendAll(leftOver.get(session) ?? [], presences.manner)
    leftOver.delete(session)
    const position = await session.stream?.catchUp((after) => store.page({ user: account.id, after }))
    if (typeof position === 'number') session.event('synced', { position })
  } catch (error) {
    if (session.ended) return
    journal.line`${account.name} could not be sent what was missed: ${error}`
    session.end('internal')
  }
}
