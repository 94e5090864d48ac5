import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { type Party, Stage, ticketsFor } from './pair.ts'
import { large, treeOf, write } from './trees.ts'

const MIB = 1024 * 1024

/** Numbers that together always come in the same order, from 0 up to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** What can happen to an attempt. */
const BLOWS = ['cut', 'pause', 'sender starts anew', 'receiver starts anew', 'address changes', 'asked for again'] as const

/** One at random, and as many as the environment says: `SEEDS=20 npx mocha test/transfer/any-order.test.ts`; `SEED=7` plays one again. */
const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: Number(process.env.SEEDS ?? 3) }, (_, n) => n + 1)

describe('whatever is cut, paused, restarted or moved, in any order', () => {
  let stage: Stage
  beforeEach(() => {
    stage = new Stage()
  })
  afterEach(() => stage.close())

  for (const seed of SEEDS) {
    it(`the folders are the same in the end, and next to nothing came twice (seed ${seed})`, async () => {
      const random = seeded(seed)
      const upTo = (n: number) => Math.floor(random() * n)
      const [from, into] = [stage.folder(), stage.folder()]
      const root = join(from, 'data')
      for (let n = 0; n < 40; n++) write(join(root, `${upTo(4)}`, `${n}.txt`), 'word '.repeat(upTo(3_000)))
      large(join(root, 'large.bin'), 6 + upTo(10))
      truncateSync(write(join(root, 'hole.img'), 'begins'), 3 * MIB + upTo(MIB))
      large(join(root, 'z', 'last.bin'), 1 + upTo(4))
      mkdirSync(join(root, 'empty'))

      const transfer = randomUUID()
      let [alice, bob]: [Party, Party] = [await stage.party('alice'), await stage.party('bob')]
      let offer = await alice.engine.serve(transfer, [root])
      let told = 0
      /** Bytes that somebody was told had come. */
      let had = 0
      const attempts = 2 + upTo(6)
      const done: string[] = []
      for (let attempt = 0; attempt <= attempts && bob.all('received', transfer).length === 0; attempt++) {
        const wire = await stage.wire(alice)
        const blow = attempt === attempts ? null : (BLOWS[upTo(BLOWS.length)] ?? null)
        if (blow) wire.holdAfter(upTo(12 * MIB))
        done.push(`${blow}`)
        const tickets = ticketsFor(transfer, alice, bob, { endpoints: [wire.endpoint] })
        alice.engine.admit(tickets.sender)
        told = bob.told.length
        const receiver = bob
        bob.engine.fetch({ ticket: tickets.receiver, into, expect: offer })
        const ended = () => bob.told.slice(told).some(({ event }) => event === 'received' || event === 'failed')
        if (blow) {
          let last = -1
          // Or only seems to, on a busy machine: then the blow falls in the middle of it.
          await until(`it stalls or ends: ${done}`, async () => {
            if (ended()) return true
            const isStill = wire.down === last && wire.down > 0
            last = wire.down
            if (!isStill) await new Promise((resolve) => setTimeout(resolve, 100))
            return isStill
          })
        }
        if (blow === 'cut' || blow === 'address changes') wire.cut()
        else if (blow === 'pause') await bob.engine.stop(transfer, { into, remove: false })
        else if (blow === 'sender starts anew') {
          await alice.engine.close()
          wire.cut()
          alice = await stage.party('alice')
          offer = await alice.engine.serve(transfer, [root])
        } else if (blow === 'receiver starts anew') {
          const got = bob.all('received', transfer)
          await bob.engine.close()
          bob = await stage.party('bob')
          if (got.length > 0) break
          told = 0
        }
        if (blow === null || blow === 'cut' || blow === 'address changes' || blow === 'sender starts anew')
          await until(`an end: ${done}`, ended)
        // What is more than the blocks: the list, and what TLS adds.
        expect(wire.down, `of ${offer.bytes} bytes ${had} were there: ${done}`).to.be.below(offer.bytes - had + MIB)
        had = Math.max(had, ...receiver.all('progress', transfer).map(({ bytes }) => bytes))
      }
      expect(treeOf(into), done.join()).to.deep.equal(treeOf(from))
      expect(readdirSync(into)).to.deep.equal(['data'])
    })
  }
})
