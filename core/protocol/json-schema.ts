/** The declarations as one JSON Schema (2020-12), for clients in other languages; `core/protocol/schema.json` is this, written down. */
import type { TSchema } from 'typebox'
import { ERROR_CODES } from './errors.ts'
import { MAX_FRAME, PROTOCOL_VERSION } from './limits.ts'
import { EVENTS, VERBS } from './messages.ts'

/** Where the parts of the schema stand: a frame is valid against one of them. */
export function protocolSchema(): object {
  const requestNumber = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
  const each = <T>(table: Readonly<Record<string, T>>, schema: (name: string, entry: T) => object) =>
    Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, schema(name, entry)]))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `OptiChat protocol, version ${PROTOCOL_VERSION}`,
    description: `One frame: a JSON object in one WebSocket text message of at most ${MAX_FRAME} bytes. What they mean is told in PROTOCOL.md.`,
    anyOf: ['requests', 'replies', 'events'].map((kind) => ({ $ref: `#/$defs/${kind}` })).concat({ $ref: '#/$defs/error' }),
    $defs: {
      requests: {
        description: 'client → registry',
        anyOf: Object.keys(VERBS).map((verb) => ({ $ref: `#/$defs/request/$defs/${verb}` })),
      },
      replies: {
        description: 'registry → client; which one it is follows from the request of that number',
        anyOf: Object.keys(VERBS).map((verb) => ({ $ref: `#/$defs/reply/$defs/${verb}` })),
      },
      events: { description: 'registry → client', anyOf: Object.keys(EVENTS).map((event) => ({ $ref: `#/$defs/event/$defs/${event}` })) },
      error: {
        description: 'registry → client: the refusal of a request, without n when its number could not be read; retryAfter in milliseconds',
        type: 'object',
        required: ['error'],
        properties: {
          error: { enum: ERROR_CODES },
          n: requestNumber,
          detail: { type: 'string' },
          reason: {
            description: 'why, where it can be said in other words than the English ones of detail; codes may be added',
            type: 'object',
            required: ['code', 'values'],
            properties: { code: { type: 'string' }, values: { type: 'object', additionalProperties: { type: ['string', 'number'] } } },
            additionalProperties: false,
          },
          retryAfter: { type: 'number', minimum: 0 },
        },
        additionalProperties: false,
      },
      request: { $defs: each(VERBS, (verb, { request }) => withFields(request, { verb: { const: verb }, n: requestNumber })) },
      reply: { $defs: each(VERBS, (_verb, { reply }) => withFields(reply, { reply: requestNumber })) },
      event: { $defs: each<TSchema>(EVENTS, (event, schema) => withFields(schema, { event: { const: event } })) },
    },
  }
}

/** An object's schema with the fields that every frame of its kind has. */
function withFields(schema: TSchema, fields: Readonly<Record<string, object>>): object {
  // Plain JSON: TypeBox keeps marks of its own beside it.
  const plain = JSON.parse(JSON.stringify(schema)) as { properties?: object; required?: string[] }
  return { ...plain, properties: { ...fields, ...plain.properties }, required: [...Object.keys(fields), ...(plain.required ?? [])] }
}
