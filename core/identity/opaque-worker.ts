/** The thread behind PasswordWorker. */
import { parentPort } from 'node:worker_threads'
import { client, ready } from '@serenity-kit/opaque'

/** Argon2id with 64 MiB (RFC 9106 §4, second recommended option): part of the account, so it can't change for those that exist. */
const keyStretching = 'memory-constrained' as const

export interface OpaqueJobs {
  startRegistration: { input: { password: string }; result: { state: string; request: string } }
  finishRegistration: { input: { password: string; state: string; response: string }; result: { record: string } }
  startLogin: { input: { password: string }; result: { state: string; request: string } }
  finishLogin: { input: { password: string; state: string; response: string }; result: { finish: string; sessionKey: string } | null }
}
export type OpaqueJob = keyof OpaqueJobs
export type OpaqueAnswer = { n: number; result: unknown } | { n: number; error: string }
type Message = { [J in OpaqueJob]: { n: number; job: J; input: OpaqueJobs[J]['input'] } }[OpaqueJob]

const jobs: { [J in OpaqueJob]: (input: OpaqueJobs[J]['input']) => OpaqueJobs[J]['result'] } = {
  startRegistration({ password }) {
    const { clientRegistrationState, registrationRequest } = client.startRegistration({ password })
    return { state: clientRegistrationState, request: registrationRequest }
  },
  finishRegistration({ password, state, response }) {
    const done = client.finishRegistration({ password, clientRegistrationState: state, registrationResponse: response, keyStretching })
    return { record: done.registrationRecord }
  },
  startLogin({ password }) {
    const { clientLoginState, startLoginRequest } = client.startLogin({ password })
    return { state: clientLoginState, request: startLoginRequest }
  },
  finishLogin({ password, state, response }) {
    const done = client.finishLogin({ password, clientLoginState: state, loginResponse: response, keyStretching })
    return done ? { finish: done.finishLoginRequest, sessionKey: done.sessionKey } : null
  },
}

parentPort?.on('message', async ({ n, job, input }: Message) => {
  let answer: OpaqueAnswer
  try {
    await ready
    answer = { n, result: jobs[job](input as never) }
  } catch (error) {
    answer = { n, error: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})
