import { expect } from 'chai'
import { VERBS } from '../../core/protocol/messages.ts'
import { covered } from './fuzz/frames.ts'
import { fuzz } from './fuzz/fuzz.ts'

describe('a registry among thousands of broken and misplaced frames', () => {
  it('answers each with a code, goes on serving, and keeps nothing of it', async () => {
    const { problems, answers, heap, frames } = await fuzz({ frames: 15_000, seed: 20_261_122 })
    expect(problems).to.deep.equal([])
    expect(frames).to.equal(15_000)
    // It was everywhere: in and out of state, refused and taken.
    for (const code of [
      'bad-frame',
      'out-of-state',
      'reply',
      'event message',
      'message-unknown',
      'user-unknown',
      'room-unknown',
      'login-needed',
    ])
      expect(answers, code).to.have.property(code).greaterThan(0)
    expect(heap.end - heap.early).to.be.lessThan(16 * 1024 * 1024)
  })

  it('is sent frames made from every declaration', () => {
    for (const [verb, { request }] of Object.entries(VERBS)) expect(covered(request), verb).to.equal(true)
  })
})
