/** The ends of an account and of its devices, whoever wants them. */
import type { Account, Device } from './accounts.ts'
import type { Context } from './context.ts'

/** Ends a user's sessions whose devices are no longer enrolled. */
export function endRevoked({ accounts }: Context, account: Account): void {
  for (const session of [...account.sessions]) if (accounts.ofDevice(session.fingerprint) !== account) session.end('device-revoked')
}

/** The device signs nobody in any more. Its sessions are to be ended next, by `endRevoked`. */
export async function revokeDevice({ accounts, journal }: Context, { fingerprint, name, account }: Device): Promise<void> {
  await accounts.revoke(fingerprint)
  journal.line`${account.name}'s device ${fingerprint.slice(0, 16)} (${name}) was revoked`
}

/** Deletes an account: its messages stay, with its name. Its sessions are to be ended next, by `endRevoked`. */
export async function deleteAccount({ accounts, rooms, presences, journal }: Context, account: Account): Promise<void> {
  await accounts.remove(account)
  rooms.forgetMember(account.id)
  presences.announce(account)
  journal.line`the account ${account.name} was deleted`
}
