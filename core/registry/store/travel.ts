/**
 * How batches travel to the store's thread and outcomes back. Most of what is asked for are plain messages, and copying an object for each
 * costs more than storing it: messages in a row travel as one text, and what came of each is its position.
 */
import { type ErrorCode, OptiChatError } from '../../protocol/errors.ts'
import type { Reason } from '../../protocol/reasons.ts'
import type { Asked, Done } from './sqlite-operations.ts'
import type { Appended, Draft } from './store.ts'

/** A text: fields of plain messages, FIELDS each. */
export type Batch = readonly (string | Asked)[]

/** An outcome: a plain message's position; an error as its code, since a thrown one would lose its class. */
export type Travelling = number | { readonly result: unknown } | { readonly code: ErrorCode; readonly about: string | Reason | undefined }

/** None of the fields can have it: ids, and JSON. */
const BETWEEN = '\n'
const FIELDS = 6

/** A message that is about no other and no transfer. */
function plain(one: Asked | undefined): Draft | null {
  if (one?.operation !== 'append') return null
  const [draft] = one.input
  return draft.offers === undefined && draft.withdraws === undefined && draft.refers === undefined ? draft : null
}

export function pack(asked: readonly Asked[]): Batch {
  const batch: (string | Asked)[] = []
  let text = ''
  const end = () => {
    if (text !== '') batch.push(text)
    text = ''
  }
  for (const one of asked) {
    const draft = plain(one)
    if (draft) {
      const { id, stamp, author, conversation, body } = draft
      text += `${text === '' ? '' : BETWEEN}${id}\n${stamp}\n${author}\n${conversation.id}\n${conversation.audience}\n${body}`
    } else {
      end()
      batch.push(one)
    }
  }
  end()
  return batch
}

export function unpack(batch: Batch): Asked[] {
  const asked: Asked[] = []
  for (const part of batch) {
    if (typeof part !== 'string') asked.push(part)
    else {
      const fields = part.split(BETWEEN)
      for (let at = 0; at < fields.length; at += FIELDS) {
        const [id = '', stamp = '', author = '', conversation = '', audience = '', body = ''] = fields.slice(at, at + FIELDS)
        asked.push({ operation: 'append', input: [{ id, stamp, author, conversation: { id: conversation, audience }, body }] })
      }
    }
  }
  return asked
}

export function packOutcomes(asked: readonly Asked[], done: readonly Done[]): Travelling[] {
  return done.map((one, index) => {
    if ('error' in one) return travellingError(one.error)
    if (!plain(asked[index])) return one
    const { position, repeated } = one.result as Appended
    return repeated ? one : position
  })
}

export function unpackOutcomes(asked: readonly Asked[], outcomes: readonly Travelling[]): Done[] {
  return outcomes.map((one, index) => {
    if (typeof one !== 'number') return 'code' in one ? { error: arrivedError(one) } : one
    const stamp = plain(asked[index])?.stamp ?? ''
    return { result: { position: one, stamp, repeated: false } satisfies Appended }
  })
}

export const travellingError = ({ code, about }: OptiChatError): Extract<Travelling, { code: ErrorCode }> => ({ code, about })
export const arrivedError = ({ code, about }: Extract<Travelling, { code: ErrorCode }>): OptiChatError => new OptiChatError(code, about)
