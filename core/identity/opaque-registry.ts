/** The registry's half of OPAQUE (RFC 9807). It never sees a password nor anything a password can be guessed from offline without the setup. */
import { ready, server } from '@serenity-kit/opaque'
import { OptiChatError } from '../protocol/errors.ts'

/** The registry's OPAQUE keys, base64url. Losing them breaks every login, so they are kept and backed up with the accounts. */
export async function createSetup(): Promise<string> {
  await ready
  return server.createSetup()
}

/** Whether these are such keys, undamaged. */
export async function isSetup(setup: string): Promise<boolean> {
  await ready
  try {
    return server.getPublicKey(setup).length > 0
  } catch {
    return false
  }
}

/** Must have resolved before the functions below are called. */
export const opaqueReady: Promise<void> = ready

/**
 * Answers the first step of a registration.
 * @param userId the immutable id of the account to be
 * @throws OptiChatError `bad-frame`
 */
export function registrationResponse(of: { setup: string; userId: string; request: string }): string {
  return decoding('registration request', () =>
    server.createRegistrationResponse({ serverSetup: of.setup, userIdentifier: of.userId, registrationRequest: of.request }),
  ).registrationResponse
}

/**
 * Answers the first step of a login (KE1 → KE2).
 * @param record what registration stored; null for a user who is not there, which the answer does not tell
 * @returns KE2, and the state that `loginFinish` needs
 * @throws OptiChatError `bad-frame`
 */
export function loginStart(of: { setup: string; userId: string; record: string | null; request: string }): {
  state: string
  response: string
} {
  const { serverLoginState, loginResponse } = decoding('login request', () =>
    server.startLogin({ serverSetup: of.setup, userIdentifier: of.userId, registrationRecord: of.record, startLoginRequest: of.request }),
  )
  return { state: serverLoginState, response: loginResponse }
}

/**
 * Checks KE3.
 * @returns the session key both ends now share, base64url
 * @throws OptiChatError `sign-in-failed`
 */
export function loginFinish(of: { state: string; finish: string }): string {
  try {
    return server.finishLogin({ serverLoginState: of.state, finishLoginRequest: of.finish }).sessionKey
  } catch (cause) {
    throw new OptiChatError('sign-in-failed', undefined, { cause })
  }
}

function decoding<T>(what: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    throw new OptiChatError('bad-frame', what, { cause })
  }
}
