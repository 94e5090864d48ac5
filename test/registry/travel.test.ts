import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { Asked, Done } from '../../core/registry/store/sqlite-operations.ts'
import { pack, packOutcomes, unpack, unpackOutcomes } from '../../core/registry/store/travel.ts'
import { draft } from './store-contract.ts'

const append = (over = {}): Asked => ({ operation: 'append', input: [draft('alice', over)] })

describe('what travels to the thread of the store', () => {
  const asked: Asked[] = [
    append(),
    append({ body: JSON.stringify({ kind: 'text', text: 'two\nlines, “quotes”, 🙂' }) }),
    { operation: 'delivered', input: ['alice', 3] },
    append({ refers: { as: 'reply', message: 'm' } }),
    append(),
  ]

  it('arrives as it was asked for, plain messages in a row as one text', () => {
    const batch = structuredClone(pack(asked))
    expect(batch.map((part) => typeof part)).to.deep.equal(['string', 'object', 'object', 'string'])
    expect(unpack(batch)).to.deep.equal(asked)
    expect(unpack(pack([]))).to.deep.equal([])
  })

  it('comes back as it was done', () => {
    const stamp = (index: number) => (asked[index]?.operation === 'append' ? (asked[index].input[0].stamp ?? '') : '')
    const done: Done[] = [
      { result: { position: 7, stamp: stamp(0), repeated: false } },
      { result: { position: 2, stamp: 'earlier', repeated: true } },
      { result: undefined },
      { error: new OptiChatError('message-unknown') },
      { result: { position: 8, stamp: stamp(4), repeated: false } },
    ]
    const came = unpackOutcomes(asked, structuredClone(packOutcomes(asked, done)))
    expect(came.map((one) => ('error' in one ? one.error.code : one.result))).to.deep.equal(
      done.map((one) => ('error' in one ? one.error.code : one.result)),
    )
  })
})
