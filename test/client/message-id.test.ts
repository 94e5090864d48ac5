import { expect } from 'chai'
import { messageId } from '../../core/client/message-id.ts'

describe('the id of a message', () => {
  it('is a UUID of version 7, which the protocol takes', () => {
    expect(messageId(1_700_000_000_000)).to.match(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('sorts by time, and is another one each time', () => {
    const ids = [1, 1_000, 1_763_800_000_000, 2_000_000_000_000].map(messageId)
    expect([...ids].sort()).to.deep.equal(ids)
    expect(new Set(Array.from({ length: 1_000 }, () => messageId(5))).size).to.equal(1_000)
  })

  it('is a UUID whatever the clock says', () => {
    for (const now of [-5, 0.7, Number.MAX_SAFE_INTEGER]) expect(messageId(now)).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/)
  })
})
