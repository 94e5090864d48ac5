import { Writable } from 'node:stream'
import { expect } from 'chai'
import { Outgoing } from '../../core/link/outgoing.ts'
import { until } from '../support/wait.ts'

/** What a client's socket is given, write by write. */
class Taken extends Writable {
  readonly writes: string[] = []

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    // Short frames: two bytes of head each.
    const frames: string[] = []
    for (let at = 0; at < chunk.length; at += 2 + (chunk[at + 1] ?? 0))
      frames.push(chunk.toString('utf8', at + 2, at + 2 + (chunk[at + 1] ?? 0)))
    this.writes.push(frames.join(' '))
    done()
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)))

describe('frames to clients', () => {
  const clients = (count: number) =>
    Array.from({ length: count }, () => {
      const taken = new Taken()
      return { taken, outgoing: new Outgoing(taken) }
    })

  it('of one turn leave as one write', async () => {
    const [one] = clients(1)
    one?.outgoing.send('a')
    one?.outgoing.send('b', true)
    await turn()
    expect(one?.taken.writes).to.deep.equal(['a b'])
  })

  it('that may wait leave at once where they are few', async () => {
    const few = clients(5)
    for (const { outgoing } of few) outgoing.send('ok', true)
    await turn()
    expect(few.every(({ taken }) => taken.writes.join() === 'ok')).to.equal(true)
  })

  it('that may wait go with the next ones where they are many, in order, and soon in any case', async () => {
    const many = clients(200)
    for (const { outgoing } of many) outgoing.send('ok', true)
    await turn()
    expect(many.every(({ taken }) => taken.writes.length === 0)).to.equal(true)
    const [first] = many
    first?.outgoing.send('news')
    await turn()
    expect(first?.taken.writes).to.deep.equal(['ok news'])
    await until('the others', () => many.slice(1).every(({ taken }) => taken.writes.join() === 'ok'))
  })

  it('that still wait leave before the end', async () => {
    const many = clients(200)
    for (const { outgoing } of many) outgoing.send('ok', true)
    await turn()
    for (const { outgoing } of many) outgoing.finish()
    expect(many.every(({ taken }) => taken.writes.join() === 'ok')).to.equal(true)
  })
})
