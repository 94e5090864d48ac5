/** Registering and signing in with a password, over a session that has said hello. */
import { bindingProofs, EXPORTER_LABEL, sameProof } from '../identity/channel-binding.ts'
import type { PasswordWorker } from '../identity/opaque-client.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_PASSWORD, MIN_PASSWORD } from '../protocol/limits.ts'
import { displayName } from '../protocol/name.ts'
import { because } from '../protocol/reasons.ts'
import type { User } from './client.ts'
import type { Session } from './session.ts'

/**
 * Creates the account, or gives one that is there a new password; signing in is a login of its own.
 * @param account.invite a one-time code from whoever runs the registry, where one is needed
 * @throws OptiChatError `name-refused`, `password-refused` (before anything is sent), `name-taken`, `registration-closed`, `invite-refused`, …
 */
export async function register(
  session: Session,
  worker: PasswordWorker,
  { name, password, invite }: { name: string; password: string; invite?: string | undefined },
): Promise<void> {
  checkNewAccount(name, password)
  const { state, request } = await worker.startRegistration(password)
  const { response } = await session.request('register-start', {
    name: displayName(name),
    request,
    ...(invite === undefined ? {} : { invite }),
  })
  const { record } = await worker.finishRegistration({ password, state, response })
  await session.request('register-finish', { record })
}

/** What this side can say of a new account's name and password by itself. */
export function checkNewAccount(name: string, password: string): void {
  displayName(name)
  checkNewPassword(password)
}

/** @throws OptiChatError `password-refused` */
export function checkNewPassword(password: string): void {
  if (password.length < MIN_PASSWORD)
    throw new OptiChatError('password-refused', because('password-short', { length: password.length, least: MIN_PASSWORD }))
  if (password.length > MAX_PASSWORD) throw new OptiChatError('password-refused', because('password-long', { most: MAX_PASSWORD }))
}

/**
 * OPAQUE login, bound to this very connection at both ends: a registry (or somebody in between) whose proof is another one
 * is not who agreed on the session key.
 * @throws OptiChatError `sign-in-failed`, `man-in-the-middle`, `slow-down`, …
 */
export async function login(session: Session, worker: PasswordWorker, name: string, password: string): Promise<User> {
  // What no account can have is not worth a third of a second, and the registry would say the same.
  if (password.length === 0 || password.length > MAX_PASSWORD || name.length > 200) throw new OptiChatError('sign-in-failed')
  const { state, request } = await worker.startLogin(password)
  const { response } = await session.request('login-start', { name, request })
  const agreed = await worker.finishLogin({ password, state, response })
  if (!agreed) throw new OptiChatError('sign-in-failed')
  const proofs = bindingProofs(agreed.sessionKey, session.link.exportKey(EXPORTER_LABEL))
  const { proof, user } = await session.request('login-finish', { finish: agreed.finish, proof: proofs.client })
  if (!sameProof(proof, proofs.registry)) throw new OptiChatError('man-in-the-middle')
  return user
}
