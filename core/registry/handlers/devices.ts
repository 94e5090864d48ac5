import { type Handler, SIGNED_IN, userOf } from './handler.ts'

/** The devices that sign this user in, the last seen first. */
export const devices: Handler<'devices'> = {
  stages: SIGNED_IN,
  handle(_context, session) {
    const account = userOf(session)
    const online = new Set([...account.sessions].map(({ fingerprint }) => fingerprint))
    const shown = [...account.devices].map(({ fingerprint, name, enrolled, lastSeen }) => ({
      fingerprint,
      name,
      enrolledAt: enrolled,
      lastSeen: lastSeen ?? enrolled,
      online: online.has(fingerprint),
      current: fingerprint === session.fingerprint,
    }))
    return { devices: shown.sort((a, b) => Number(b.online) - Number(a.online) || b.lastSeen - a.lastSeen) }
  },
}
