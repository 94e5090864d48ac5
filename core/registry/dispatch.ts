/** From a frame to its answer: parse, look the verb up, ask its handler, reply. */
import type { Manner } from '../link/link.ts'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import type { Reply, Verb } from '../protocol/messages.ts'
import { formatError, formatReply, parseRequest, RefusedFrame, type RequestFrame } from '../protocol/parse.ts'
import type { Context } from './context.ts'
import type { Handler } from './handlers/handler.ts'
import { HANDLERS } from './handlers/verbs.ts'
import { MAX_IN_FLIGHT, MAX_IN_FLIGHT_CHARACTERS, MAX_REFUSED } from './limits.ts'
import type { Session } from './session.ts'

/** How answers leave that need not at once (see Link). */
const MANNERS: Partial<Record<Verb, Manner>> = { send: 'soon', receipt: 'soon', sync: 'bit by bit' }

/** Told of requests whose answers wait for the disk. */
export interface Later {
  begun(): void
  done(): void
}

/**
 * Answers one frame; never throws.
 */
export function dispatch(context: Context, session: Session, text: string, later: Later): void {
  if (session.ended) return
  let frame: RequestFrame
  try {
    frame = parseRequest(text)
  } catch (error) {
    refuse(context, session, error instanceof RefusedFrame ? error.n : null, asOptiChatError(error))
    return
  }
  const { verb, n, body } = frame
  // Verb and request belong together by the parser's word; the table's type can't say so for a verb not known here.
  const handler = HANDLERS[verb] as Handler<Verb>
  if (!handler.stages.includes(session.stage)) {
    refuse(context, session, n, new OptiChatError('out-of-state', verb))
    return
  }
  if (session.inFlight >= MAX_IN_FLIGHT || session.inFlightCharacters + text.length > MAX_IN_FLIGHT_CHARACTERS) {
    session.send(formatError(n, new OptiChatError('slow-down', undefined, { retryAfter: 1_000 })))
    return
  }
  try {
    if (session.account) context.rates.take(handler.rated ?? 'other', session.fingerprint)
  } catch (error) {
    session.send(formatError(n, asOptiChatError(error)))
    return
  }
  session.refused = Math.max(0, session.refused - 1)
  const answer = (reply: Reply<Verb>) => {
    session.send(formatReply(verb, n, reply), MANNERS[verb])
    handler.after?.(context, session, body)
  }
  try {
    const reply = handler.handle(context, session, body)
    if (reply instanceof Promise) wait(later, session, text.length, reply, answer, (error) => fail(context, session, n, verb, error))
    else answer(reply)
  } catch (error) {
    fail(context, session, n, verb, error)
  }
}

/** Answers when the reply is there, counting the request among those being worked on until then. */
function wait(
  later: Later,
  session: Session,
  size: number,
  reply: Promise<Reply<Verb>>,
  answer: (reply: Reply<Verb>) => void,
  failed: (error: unknown) => void,
): void {
  const settle = (say: () => void) => {
    try {
      say()
    } catch (error) {
      failed(error)
    } finally {
      session.inFlight--
      session.inFlightCharacters -= size
      later.done()
    }
  }
  session.inFlight++
  session.inFlightCharacters += size
  later.begun()
  reply.then(
    (value) => settle(() => answer(value)),
    (error: unknown) => settle(() => failed(error)),
  )
}

/** A frame that should not have been sent. Repeated, it ends the session; it weighs twice what a good one makes up for. */
function refuse(context: Context, session: Session, n: number | null, error: OptiChatError): void {
  context.journal.refusal(session.address)`${session.account?.name ?? 'somebody'} at ${session.address} was refused: ${error}`
  session.send(formatError(n, error))
  session.refused += 2
  if (session.refused >= 2 * MAX_REFUSED) session.end('bad-frame')
}

/** A request that could not be done. */
function fail(context: Context, session: Session, n: number, verb: Verb, thrown: unknown): void {
  const error = asOptiChatError(thrown)
  if (error.code === 'bad-frame') {
    refuse(context, session, n, error)
    return
  }
  if (error.code === 'internal' || error.code === 'registry-full') context.journal.line`${verb} failed: ${error}`
  session.send(formatError(n, error))
  if (error.code === 'protocol-version') session.end('protocol-version')
}
