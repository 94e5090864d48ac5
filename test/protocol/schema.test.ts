import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { protocolSchema } from '../../core/protocol/json-schema.ts'
import { EVENTS, VERBS } from '../../core/protocol/messages.ts'
import { formatError, formatEvent, formatReply, formatRequest } from '../../core/protocol/parse.ts'

describe('the JSON Schema of the protocol', () => {
  const written = JSON.parse(readFileSync(new URL('../../core/protocol/schema.json', import.meta.url), 'utf8')) as {
    $defs: Record<'request' | 'reply' | 'event', { $defs: Record<string, object> }> & { error: object }
  }

  it('is what the declarations say (npm run schema writes it anew)', () => {
    expect(written).to.deep.equal(JSON.parse(JSON.stringify(protocolSchema())))
  })

  it('has every frame there is', () => {
    expect(Object.keys(written.$defs.request.$defs)).to.have.members(Object.keys(VERBS))
    expect(Object.keys(written.$defs.reply.$defs)).to.have.members(Object.keys(VERBS))
    expect(Object.keys(written.$defs.event.$defs)).to.have.members(Object.keys(EVENTS))
  })

  it('takes frames as they are sent, and no others', () => {
    const takes = (schema: object | undefined, text: string) => Compile(Type.Unsafe(schema ?? {})).Check(JSON.parse(text))
    const { request, reply, event, error } = written.$defs
    const id = '00000000-0000-4000-8000-000000000001'
    expect(takes(request.$defs.send, formatRequest('send', 1, { id, to: 'everyone', body: { kind: 'text', text: 'x' } }))).to.equal(true)
    expect(takes(request.$defs.send, formatRequest('sync', 1, { after: 0 }))).to.equal(false)
    expect(takes(request.$defs.logout, '{"verb":"logout","n":1,"more":1}')).to.equal(false)
    expect(takes(reply.$defs.send, formatReply('send', 1, { position: 1, stamp: 'x' }))).to.equal(true)
    expect(takes(event.$defs.synced, formatEvent('synced', { position: 1 }))).to.equal(true)
    expect(takes(error, formatError(1, new OptiChatError('slow-down', undefined, { retryAfter: 10 })))).to.equal(true)
    expect(takes(error, '{"error":"no-such-code"}')).to.equal(false)
  })
})
