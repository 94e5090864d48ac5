import { Writable } from 'node:stream'
import { expect } from 'chai'
import { Outgoing, PONG, Turn } from '../../core/link/outgoing.ts'
import { Traffic } from '../../core/link/traffic.ts'
import { systemClock } from '../../core/protocol/clock.ts'
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
  const clients = (count: number) => {
    const turn = new Turn(systemClock, new Traffic())
    return Array.from({ length: count }, () => {
      const taken = new Taken()
      return { taken, outgoing: new Outgoing(taken, turn) }
    })
  }

  it('of one turn leave as one write', async () => {
    const [one] = clients(1)
    one?.outgoing.send('a')
    one?.outgoing.send('b', 'soon')
    await turn()
    expect(one?.taken.writes).to.deep.equal(['a b'])
  })

  it('that may wait leave at once where they are few', async () => {
    const few = clients(5)
    for (const { outgoing } of few) outgoing.send('ok', 'soon')
    await turn()
    expect(few.every(({ taken }) => taken.writes.join() === 'ok')).to.equal(true)
  })

  it('that may wait go with the next ones where they are many, in order, and soon in any case', async () => {
    const many = clients(200)
    for (const { outgoing } of many) outgoing.send('ok', 'soon')
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
    for (const { outgoing } of many) outgoing.send('ok', 'soon')
    await turn()
    for (const { outgoing } of many) outgoing.finish(PONG, Buffer.from('bye'))
    expect(many.every(({ taken }) => taken.writes.join() === 'ok,bye')).to.equal(true)
  })

  it('that are a long list leave bit by bit, each when the one before has left, and what comes later after them', async () => {
    const sizes: number[] = []
    const all: Buffer[] = []
    let take: () => void = () => undefined
    const slow = new Writable({
      write(chunk: Buffer, _encoding, done) {
        sizes.push(chunk.length)
        all.push(chunk)
        take = done
      },
    })
    const outgoing = new Outgoing(slow, new Turn(systemClock, new Traffic()))
    const list = 'x'.repeat(10_000)
    outgoing.send(list, 'bit by bit')
    await turn()
    outgoing.send('y'.repeat(3_000))
    await turn()
    expect(sizes).to.have.length(1)
    const whole = 10_004 + 3_004
    while (Buffer.concat(all).length < whole) {
      take()
      await turn()
    }
    expect(Math.max(...sizes.slice(0, -1))).to.equal(1_000)
    // The message leaves as one again.
    expect(sizes.at(-1)).to.equal(3_004)
    const bytes = Buffer.concat(all)
    expect(bytes.toString('latin1', 4, 10_004)).to.equal(list)
    expect(bytes.length).to.equal(whole)
    take()
    await turn()
    expect(outgoing.buffered).to.equal(0)
  })
})
