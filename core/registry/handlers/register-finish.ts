import { OptiChatError } from '../../protocol/errors.ts'
import type { Context } from '../context.ts'
import { checkRecord } from '../credentials.ts'
import { armDeadline } from '../deadline.ts'
import { endRevoked } from '../leaving.ts'
import type { Attempt, Session } from '../session.ts'
import { endAttempt, type Handler } from './handler.ts'

/** Stores the account, or the new password of one. Signing in is a login of its own. */
export const registerFinish: Handler<'register-finish'> = {
  stages: ['registering'],
  async handle(context, session, { record }) {
    const { attempt } = session
    if (attempt?.kind !== 'registering') throw new OptiChatError('out-of-state')
    checkRecord(record)
    session.stage = 'settling'
    try {
      await store(context, session, attempt, record)
    } finally {
      context.accounts.release(session)
      endAttempt(session)
    }
    armDeadline(context.clock, session)
    return {}
  },
}

async function store(
  context: Context,
  session: Session,
  attempt: Extract<Attempt, { kind: 'registering' }>,
  record: string,
): Promise<void> {
  const { accounts, invites, messages, presences, journal } = context
  const { userId: id, name, nameKey, resets, invite } = attempt
  const code = invite === null ? {} : { invite }
  if (resets) {
    await accounts.changePassword(resets, record, { keep: null, ...code })
    journal.line`${name} got a new password from ${session.address}, by a code; its devices have to sign in again`
    endRevoked(context, resets)
  } else {
    const account = await accounts.register({ id, name, nameKey, record, since: messages.head, ...code })
    journal.line`${name} registered from ${session.address}`
    presences.announce(account)
  }
  if (invite !== null) invites.used(invite)
}
