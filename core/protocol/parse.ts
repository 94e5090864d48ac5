/** Parse once, at the edge: unknown text becomes a typed frame here or is refused with a code. Nothing inside re-checks. */

import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { type ErrorCode, isErrorCode, OptiChatError } from './errors.ts'
import { MAX_FRAME } from './limits.ts'
import { EVENTS, type EventName, type EventOf, type Reply, type Request, VERBS, type Verb } from './messages.ts'
import { parseReason, type Reason } from './reasons.ts'

export type RequestFrame = { [V in Verb]: { verb: V; n: number; body: Request<V> } }[Verb]
export type EventFrame = { [E in EventName]: { kind: 'event'; event: E; body: EventOf<E> } }[EventName]
export type RegistryFrame =
  | EventFrame
  | { kind: 'reply'; n: number; body: Record<string, unknown> }
  | { kind: 'error'; n: number | null; code: ErrorCode; about: string | Reason | undefined; retryAfter: number | undefined }

type Check = { Check(value: unknown): boolean }

/** Compiled when first met: a program that runs for a second uses a handful of them. */
const compileEach = <K extends string, T>(table: Record<K, T>, schema: (entry: T) => TSchema): Record<K, Check> => {
  const checks = {} as Record<K, Check>
  for (const name of Object.keys(table) as K[]) {
    let compiled: Check | undefined
    checks[name] = {
      Check: (value) => {
        compiled ??= Compile(schema(table[name]))
        return compiled.Check(value)
      },
    }
  }
  return checks
}

const requests = compileEach<Verb, (typeof VERBS)[Verb]>(VERBS, (verb) => verb.request)
const replies = compileEach<Verb, (typeof VERBS)[Verb]>(VERBS, (verb) => verb.reply)
const events = compileEach<EventName, TSchema>(EVENTS, (schema) => schema)

/**
 * A request as a registry reads it from one text frame.
 * @throws OptiChatError `too-large` or `bad-frame`; `n` of the request, where it could be read, is on `RefusedFrame`.
 */
export function parseRequest(text: string): RequestFrame {
  const { verb, n, ...body } = parseObject(text)
  if (!isRequestNumber(n)) throw new RefusedFrame(null, 'no request number')
  if (typeof verb !== 'string' || !Object.hasOwn(requests, verb)) throw new RefusedFrame(n, 'no such verb')
  if (!requests[verb as Verb].Check(body)) throw new RefusedFrame(n, `malformed ${verb}`)
  return { verb, n, body } as RequestFrame
}

/** A frame as a client reads it. A reply's body is checked by `parseReply`, once its verb is known from `n`. */
export function parseRegistryFrame(text: string): RegistryFrame {
  const frame = parseObject(text)
  if (typeof frame.event === 'string') {
    const { event, ...body } = frame
    if (!Object.hasOwn(events, event as string)) throw new RefusedFrame(null, 'no such event')
    if (!events[event as EventName].Check(body)) throw new RefusedFrame(null, `malformed ${event}`)
    return { kind: 'event', event, body } as EventFrame
  }
  if (typeof frame.error === 'string') {
    const { error, n, detail, reason, retryAfter } = frame
    return {
      kind: 'error',
      n: isRequestNumber(n) ? n : null,
      code: isErrorCode(error) ? error : 'internal',
      about: parseReason(reason) ?? (typeof detail === 'string' ? detail.slice(0, 300) : undefined),
      retryAfter: typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined,
    }
  }
  const { reply, ...body } = frame
  if (!isRequestNumber(reply)) throw new RefusedFrame(null, 'neither event, error nor reply')
  return { kind: 'reply', n: reply, body }
}

export function parseReply<V extends Verb>(verb: V, body: Record<string, unknown>): Reply<V> {
  if (!replies[verb].Check(body)) throw new RefusedFrame(null, `malformed reply to ${verb}`)
  return body as Reply<V>
}

export const formatRequest = <V extends Verb>(verb: V, n: number, body: Request<V>): string =>
  JSON.stringify({ verb, n, ...(body as object) })
export const formatReply = <V extends Verb>(_verb: V, n: number, body: Reply<V>): string =>
  JSON.stringify({ reply: n, ...(body as object) })
export const formatEvent = <E extends EventName>(event: E, body: EventOf<E>): string => JSON.stringify({ event, ...(body as object) })
export const formatError = (n: number | null, error: OptiChatError): string =>
  JSON.stringify({
    error: error.code,
    ...(n === null ? {} : { n }),
    detail: error.detail,
    reason: error.reason,
    retryAfter: error.retryAfter,
  })

/** A frame that was refused, with the number of the request it was, where that could be read. */
export class RefusedFrame extends OptiChatError {
  readonly n: number | null
  constructor(n: number | null, detail: string, code: ErrorCode = 'bad-frame') {
    super(code, detail)
    this.n = n
  }
}

function parseObject(text: string): Record<string, unknown> {
  if (text.length > MAX_FRAME) throw new RefusedFrame(null, `${text.length} characters`, 'too-large')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw Object.assign(new RefusedFrame(null, 'not JSON'), { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new RefusedFrame(null, 'not an object')
  return value as Record<string, unknown>
}

const isRequestNumber = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) > 0
