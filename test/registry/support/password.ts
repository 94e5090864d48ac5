import * as opaque from '@serenity-kit/opaque'
import { bindingProofs, EXPORTER_LABEL } from '../../../core/identity/channel-binding.ts'
import type { Reply } from '../../../core/protocol/messages.ts'
import type { TestClient } from './client.ts'

/** Stretching is the client's own affair: next to none keeps tests fast. */
const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } }

export async function registrationOf(client: TestClient, name: string, password: string, invite?: string): Promise<string> {
  await opaque.ready
  const start = opaque.client.startRegistration({ password })
  const { response } = await client.ask('register-start', {
    name,
    request: start.registrationRequest,
    ...(invite === undefined ? {} : { invite }),
  })
  return opaque.client.finishRegistration({
    password,
    clientRegistrationState: start.clientRegistrationState,
    registrationResponse: response,
    keyStretching,
  }).registrationRecord
}

export async function register(client: TestClient, name: string, password: string, invite?: string): Promise<void> {
  await client.ask('register-finish', { record: await registrationOf(client, name, password, invite) })
}

/** The record of a new password, with the registry's part of it asked for. */
export async function changedRecord(client: TestClient, password: string): Promise<string> {
  const start = opaque.client.startRegistration({ password })
  const { response } = await client.ask('password-start', { request: start.registrationRequest })
  const { clientRegistrationState } = start
  return opaque.client.finishRegistration({ password, clientRegistrationState, registrationResponse: response, keyStretching })
    .registrationRecord
}

/** A valid first request of a registration. */
export async function registrationRequest(): Promise<string> {
  await opaque.ready
  return opaque.client.startRegistration({ password: 'x' }).registrationRequest
}

/** A valid KE1. */
export async function loginRequest(password = 'x'): Promise<{ request: string; state: string }> {
  await opaque.ready
  const { startLoginRequest, clientLoginState } = opaque.client.startLogin({ password })
  return { request: startLoginRequest, state: clientLoginState }
}

/** The whole login; null when the client finds the password (or the name) to be wrong. */
export async function login(
  client: TestClient,
  name: string,
  password: string,
  options: { exporter?: Buffer } = {},
): Promise<{ reply: Reply<'login-finish'>; expected: string } | null> {
  const { request, state } = await loginRequest(password)
  const { response } = await client.ask('login-start', { name, request })
  const done = opaque.client.finishLogin({ password, clientLoginState: state, loginResponse: response, keyStretching })
  if (!done) return null
  const proofs = bindingProofs(done.sessionKey, options.exporter ?? client.link.exportKey(EXPORTER_LABEL))
  const reply = await client.ask('login-finish', { finish: done.finishLoginRequest, proof: proofs.client })
  return { reply, expected: proofs.registry }
}
