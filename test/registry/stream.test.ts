import { expect } from 'chai'
import { MAX_HELD, MAX_REMEMBERED } from '../../core/registry/limits.ts'
import type { Page } from '../../core/registry/store/store.ts'
import { Stream } from '../../core/registry/stream.ts'
import { ManualClock } from './support/manual-clock.ts'

const row = (position: number, author = 'a', conversation = 'everyone') => ({ position, author, conversation, frame: `${position}` })
const delivery = (...of: Parameters<typeof row>) => {
  const { frame, ...message } = row(...of)
  return { message, frame }
}
const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)

describe('a session’s stream', () => {
  const open = (after = 0) => {
    const sent: string[] = []
    const outlet = { ended: false, buffered: 0, send: (frame: string) => sent.push(frame) }
    return { sent, outlet, stream: new Stream(outlet, new ManualClock(), after) }
  }
  const page = (from: number, to: number, done: boolean): Page => ({ rows: range(from, to).map((at) => row(at)), through: to, done })

  it('sends what comes during the last page after it, and skips what the page had', async () => {
    const { sent, stream } = open()
    const position = await stream.catchUp(async () => {
      for (const at of [3, 4, 5]) stream.deliver(delivery(at))
      return page(1, 4, true)
    })
    stream.deliver(delivery(6))
    stream.deliver(delivery(6))
    expect(sent).to.deep.equal(['1', '2', '3', '4', '5', '6'])
    expect(position).to.equal(5)
  })

  it('reads another page when more comes than it holds, and loses nothing of it', async () => {
    const { sent, stream } = open()
    const asked: number[] = []
    const many = MAX_HELD + 10
    await stream.catchUp(async (after) => {
      asked.push(after)
      if (asked.length > 1) return page(after + 1, many, true)
      for (const at of range(1, many)) stream.deliver(delivery(at))
      return page(1, 3, true)
    })
    expect(asked).to.deep.equal([0, 3])
    expect(sent).to.deep.equal(range(1, many).map(String))
  })

  it('goes beyond stretches of the log in which nothing is for it', async () => {
    const { sent, stream } = open(10)
    const position = await stream.catchUp(async (after) => ({ rows: [], through: after + 5, done: after >= 20 }))
    expect([position, sent]).to.deep.equal([25, []])
    stream.deliver(delivery(25))
    stream.deliver(delivery(26))
    expect(sent).to.deep.equal(['26'])
  })

  it('ends with its session, also in the middle of a page', async () => {
    const { sent, outlet, stream } = open()
    outlet.send = (frame) => {
      sent.push(frame)
      if (frame === '2') stream.stop()
      return sent.length
    }
    expect(await stream.catchUp(async () => page(1, 4, true))).to.equal(null)
    stream.deliver(delivery(9))
    expect(sent).to.not.include('9')
  })

  it('knows the authors of what it sent, as far back as it remembers', async () => {
    const { stream } = open(5)
    await stream.catchUp(async () => ({ rows: [], through: 5, done: true }))
    stream.deliver(delivery(6, 'a', 'x'))
    stream.deliver(delivery(7, 'b'))
    stream.deliver(delivery(9, 'c'))
    expect(stream.authors(5, 7)).to.deep.equal(new Set(['a', 'b']))
    expect(stream.authors(6, 9)).to.deep.equal(new Set(['b', 'c']))
    expect(stream.authors(5, 9, 'x')).to.deep.equal(new Set(['a']))
    expect(stream.authors(4, 9)).to.equal(null)
    for (const at of range(10, 10 + MAX_REMEMBERED)) stream.deliver(delivery(at))
    expect(stream.authors(9, 11)).to.equal(null)
    expect(stream.authors(MAX_REMEMBERED, 10 + MAX_REMEMBERED)).to.deep.equal(new Set(['a']))
  })
})
