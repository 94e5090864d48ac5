import { expect } from 'chai'
import { Receipts } from '../../core/client/receipts.ts'
import { Session } from '../../core/client/session.ts'
import { memoryPair } from '../../core/link/memory.ts'
import { parseRequest, type RequestFrame } from '../../core/protocol/parse.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { until } from '../support/wait.ts'

const CONVERSATION = 'everyone'

function online() {
  const clock = fakeClock()
  const [near, far] = memoryPair()
  const asked: RequestFrame[] = []
  far.start({ frame: (text) => asked.push(parseRequest(text)), ended: () => undefined })
  const receipts = new Receipts(clock)
  receipts.online(new Session(near, clock), 0, [])
  const answer = (frame: object) => far.send(JSON.stringify(frame))
  const bodies = () => asked.map(({ body }) => body)
  return { clock, receipts, asked, bodies, answer }
}

describe('what this device tells the registry of what arrived and was read', () => {
  it('is said again in the same session when the registry had no room for it', async () => {
    const { clock, receipts, asked, bodies, answer } = online()
    receipts.delivered(7)
    receipts.read(CONVERSATION, 6)
    await clock.advance(100)
    await until('both are said', () => asked.length === 2)
    for (const { n } of asked) answer({ error: 'registry-full', n })
    await until('both are said again', async () => {
      await clock.advance(1_000)
      return asked.length === 4
    })
    expect(bodies().slice(2)).to.have.deep.members([{ delivered: 7 }, { read: { conversation: CONVERSATION, position: 6 } }])
    for (const { n } of asked.slice(2)) answer({ reply: n })
    await clock.advance(60_000)
    expect(asked).to.have.length(4)
  })

  it('is not said again where the registry will never have it, nor in place of something newer', async () => {
    const { clock, receipts, asked, bodies, answer } = online()
    receipts.read('A'.repeat(43), 3)
    receipts.read(CONVERSATION, 6)
    await clock.advance(100)
    await until('both are said', () => asked.length === 2)
    receipts.read(CONVERSATION, 9)
    for (const { n, body } of asked)
      answer({ error: 'read' in body && body.read?.conversation === CONVERSATION ? 'internal' : 'bad-frame', n })
    await until('the newer one is said', async () => {
      await clock.advance(1_000)
      return asked.length === 3
    })
    await clock.advance(60_000)
    expect(bodies().slice(2)).to.deep.equal([{ read: { conversation: CONVERSATION, position: 9 } }])
  })
})
