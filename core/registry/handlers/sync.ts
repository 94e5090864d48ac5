import type { Read, Reply } from '../../protocol/messages.ts'
import { formatEvent } from '../../protocol/parse.ts'
import type { Account } from '../accounts.ts'
import type { Context } from '../context.ts'
import { MAX_SYNC_REPLY } from '../limits.ts'
import { presenceFrames, rosterText, rosterUser } from '../presence.ts'
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
    const { messages, receipts, offers, rooms, accounts, clock } = context
    const account = userOf(session)
    const { head } = messages
    const reply: Reply<'sync'> = { head, users: [], rooms: [], reads: [], serving: [] }
    const rest: string[] = []
    let room = MAX_SYNC_REPLY
    const fits = (text: string) => {
      room -= text.length
      return room > 0
    }
    const put = <T>(list: T[], item: T, leave: () => void) => {
      if (fits(JSON.stringify(item))) list.push(item)
      else leave()
    }
    const users: Account[] = []
    for (const one of accounts.all()) {
      if (room > 0 && fits(rosterText(one))) reply.users.push(rosterUser(one))
      else users.push(one)
    }
    rest.push(...presenceFrames(users))
    for (const room of rooms.visibleTo(account.id)) put(reply.rooms, room, () => rest.push(formatEvent('room', { room })))
    for (const transfer of offers.availableTo(account, session)) {
      put(reply.serving, transfer, () => rest.push(formatEvent('serving', { transfer })))
    }
    for (const read of receipts.of(account.id)) {
      put<Read>(reply.reads, read, () => rest.push(formatEvent('receipt', { user: read.user, read })))
    }
    // A position beyond the head is of another time, as after a backup was put back.
    session.stream = new Stream(session, clock, Math.min(Math.max(after, account.since), head))
    session.stage = 'synced'
    leftOver.set(session, rest)
    return reply
  },
  after(context, session) {
    for (const frame of leftOver.get(session) ?? []) session.send(frame)
    leftOver.delete(session)
    void stream(context, session)
  },
}

/** What didn't fit, between the reply and what follows it. */
const leftOver = new WeakMap<Session, string[]>()

async function stream({ store, journal }: Context, session: Session): Promise<void> {
  const { account } = session
  if (!account) return
  try {
    const position = await session.stream?.catchUp((after) => store.page({ user: account.id, after }))
    if (typeof position === 'number') session.event('synced', { position })
  } catch (error) {
    if (session.ended) return
    journal.line`${account.name} could not be sent what was missed: ${error}`
    session.end('internal')
  }
}
