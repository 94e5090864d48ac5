import { expect } from 'chai'
import { Turns } from '../../core/client/turns.ts'

const MiB = 1024 * 1024

describe('turns of transfers', () => {
  const setUp = (atOnce: number) => {
    const began: string[] = []
    let most = atOnce
    const turns = new Turns(() => most)
    const take = (id: string, bytes = 100 * MiB) => turns.take(id, bytes, () => began.push(id))
    return {
      began,
      turns,
      take,
      allow: (next: number) => {
        most = next
      },
    }
  }

  it('come in the order of asking, so many at once', () => {
    const { began, turns, take } = setUp(2)
    for (const id of ['a', 'b', 'c', 'd']) take(id)
    expect(began).to.deep.equal(['a', 'b'])
    turns.release('b')
    expect(began).to.deep.equal(['a', 'b', 'c'])
    turns.release('a')
    turns.release('c')
    expect(began).to.deep.equal(['a', 'b', 'c', 'd'])
  })

  it('let a small one go beside large ones, and not too many of those either', () => {
    const { began, take } = setUp(1)
    take('large')
    take('larger')
    for (let n = 0; n < 20; n++) take(`small ${n}`, MiB)
    expect(began).to.have.length(9).and.to.not.include('larger')
  })

  it('are kept by one that tries again, and given up by one that is gone before its turn', () => {
    const { began, turns, take } = setUp(1)
    take('a')
    take('b')
    take('b')
    take('c')
    take('a')
    expect(began).to.deep.equal(['a', 'a'])
    turns.release('b')
    turns.release('a')
    expect(began).to.deep.equal(['a', 'a', 'c'])
  })

  it('follow the setting when it changes', () => {
    const { began, turns, take, allow } = setUp(1)
    for (const id of ['a', 'b', 'c']) take(id)
    allow(2)
    turns.next()
    expect(began).to.deep.equal(['a', 'b'])
  })
})
