import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** The device is no longer signed in by its certificate; its sessions end. */
export const logout: Handler<'logout'> = {
  stages: SIGNED_IN,
  async handle({ accounts, journal }, session) {
    const { name } = userOf(session)
    await accounts.revoke(session.fingerprint)
    journal.line`${name} signed out from ${session.address} (${session.device})`
    return {}
  },
  after({ sessions }, session) {
    for (const one of sessions.ofDevice(session.fingerprint)) one.end('device-revoked')
  },
}
