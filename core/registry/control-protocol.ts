/** What `optichat admin` can ask of a running registry, one JSON line each way; the answers of a stopped one are the same. */
import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { isErrorCode, OptiChatError } from '../protocol/errors.ts'
import { Fingerprint, Presence, Registration, Time, UserId } from '../protocol/messages.ts'
import { MAX_USERS } from './limits.ts'

/** Characters of a request: a verb and a name. */
export const MAX_CONTROL_REQUEST = 4_096
/** Characters of an answer: MAX_USERS rows of some 250, with room for their devices. */
export const MAX_CONTROL_ANSWER = 32 * 1024 * 1024

const object = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, { additionalProperties: false })
/** As it was typed; which names there are is asked of the accounts. */
const UserName = Type.String({ minLength: 1, maxLength: 200 })
const Name = Type.String({ maxLength: 200 })
const Code = object({ code: Type.String({ minLength: 8, maxLength: 100 }), expires: Time })

const AdminUser = object({
  id: UserId,
  name: Name,
  presence: Presence,
  lastSeen: Type.Optional(Time),
  gone: Type.Optional(Type.Literal(true)),
  registered: Time,
  /** Enrolled ones. */
  devices: Type.Integer({ minimum: 0 }),
})

const AdminDevice = object({ user: Name, fingerprint: Fingerprint, name: Name, enrolledAt: Time, lastSeen: Time, online: Type.Boolean() })

export const CONTROL = {
  users: { request: object({}), answer: object({ users: Type.Array(AdminUser, { maxItems: MAX_USERS + 1_000 }) }) },
  /** Of one user, or of all. */
  devices: {
    request: object({ user: Type.Optional(UserName) }),
    answer: object({ devices: Type.Array(AdminDevice, { maxItems: 100_000 }) }),
  },
  revoke: { request: object({ fingerprint: Fingerprint }), answer: object({}) },
  invite: { request: object({}), answer: Code },
  'reset-password': { request: object({ user: UserName }), answer: Code },
  /** Sets it, or only tells it. */
  policy: { request: object({ registration: Type.Optional(Registration) }), answer: object({ registration: Registration }) },
  delete: { request: object({ user: UserName }), answer: object({}) },
} as const satisfies Record<string, { request: TSchema; answer: TSchema }>

export type ControlVerb = keyof typeof CONTROL
export type ControlRequest<V extends ControlVerb> = Static<(typeof CONTROL)[V]['request']>
export type ControlAnswer<V extends ControlVerb> = Static<(typeof CONTROL)[V]['answer']>
export type ControlLine = { [V in ControlVerb]: { verb: V; request: ControlRequest<V> } }[ControlVerb]

/** @throws OptiChatError `bad-frame` */
export function parseControlRequest(line: string): ControlLine {
  const { verb, ...request } = objectOf(line)
  if (typeof verb !== 'string' || !Object.hasOwn(CONTROL, verb)) throw new OptiChatError('bad-frame', 'no such request')
  if (!Compile(CONTROL[verb as ControlVerb].request).Check(request)) throw new OptiChatError('bad-frame', `malformed ${verb}`)
  return { verb, request } as ControlLine
}

export const formatControlRequest = <V extends ControlVerb>(verb: V, request: ControlRequest<V>): string =>
  `${JSON.stringify({ verb, ...request })}\n`

/** @throws OptiChatError what the registry answered, or `bad-frame` */
export function parseControlAnswer<V extends ControlVerb>(verb: V, line: string): ControlAnswer<V> {
  const { error, detail, ...answer } = objectOf(line)
  if (typeof error === 'string') {
    throw new OptiChatError(isErrorCode(error) ? error : 'internal', typeof detail === 'string' ? detail.slice(0, 300) : undefined)
  }
  if (!Compile(CONTROL[verb].answer).Check(answer)) throw new OptiChatError('bad-frame', `malformed answer to ${verb}`)
  return answer as ControlAnswer<V>
}

export const formatControlAnswer = (answer: object): string => `${JSON.stringify(answer)}\n`
export const formatControlError = ({ code, detail }: OptiChatError): string => `${JSON.stringify({ error: code, detail })}\n`

function objectOf(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (cause) {
    throw new OptiChatError('bad-frame', 'not JSON', { cause })
  }
  throw new OptiChatError('bad-frame', 'not an object')
}
