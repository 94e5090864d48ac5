import { registrationResponse } from '../../identity/opaque-registry.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { displayName, nameKey } from '../../protocol/name.ts'
import type { Context } from '../context.ts'
import { newId } from '../ids.ts'
import type { Attempt, Session } from '../session.ts'
import { BEFORE_SYNC, countBegun, type Handler } from './handler.ts'

/** Checks the name and keeps it for this session; the account's id is made here, since OPAQUE's record depends on it. */
export const registerStart: Handler<'register-start'> = {
  stages: BEFORE_SYNC,
  handle(context, session, { name, request, invite }) {
    const { accounts, rates, setup, journal } = context
    try {
      countBegun(session)
      rates.take('register', session.address)
      accounts.release(session)
      const attempt = begin(context, session, name, invite)
      session.attempt = attempt
      session.stage = 'registering'
      return { response: registrationResponse({ setup, userId: attempt.userId, request }) }
    } catch (error) {
      journal.refusal(session.address)`${session.address} could not register as ${name}: ${error}`
      throw error
    }
  },
}

type Registering = Extract<Attempt, { kind: 'registering' }>

/** @throws OptiChatError `invite-refused`, `registration-closed`, `name-refused`, `name-taken` */
function begin({ accounts, invites, registration }: Context, session: Session, name: string, code: string | undefined): Registering {
  const invite = code === undefined ? null : invites.check(code)
  if (invite?.user) {
    // This code gives an account that is there a new password.
    const account = accounts.named(nameKey(name))
    if (account?.id !== invite.user) throw new OptiChatError('invite-refused')
    return { kind: 'registering', userId: account.id, name: account.name, nameKey: nameKey(name), resets: account, invite: invite.hash }
  }
  if (registration === 'closed') throw new OptiChatError('registration-closed')
  if (registration === 'invite' && !invite) throw new OptiChatError('invite-refused')
  const shown = displayName(name)
  accounts.reserve(shown, nameKey(shown), session)
  return { kind: 'registering', userId: newId(), name: shown, nameKey: nameKey(shown), resets: null, invite: invite?.hash ?? null }
}
