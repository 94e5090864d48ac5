import { randomUUID } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { handOver, type Party, Stage, ticketsFor } from './pair.ts'
import { large, sha256Of, treeOf, write } from './trees.ts'

describe('a transfer between two engines', () => {
  let stage: Stage
  let alice: Party
  let bob: Party
  let from: string
  let into: string

  beforeEach(async () => {
    stage = new Stage()
    ;[alice, bob] = await Promise.all([stage.party('alice'), stage.party('bob')])
    from = stage.folder()
    into = stage.folder()
  })

  afterEach(() => stage.close())

  it('brings one file, tells both ends, and leaves nothing else behind', async () => {
    const path = write(join(from, 'hello.txt'), 'good morning')
    const { transfer, offer } = await handOver(alice, bob, [path], into)
    expect(offer).to.deep.equal({ files: [{ path: 'hello.txt', bytes: 12 }], count: 1, bytes: 12, skipped: [] })
    const received = await bob.one('received', transfer)
    const sent = await alice.one('sent', transfer)
    expect(received).to.include({ bytes: 12, path: 'direct' })
    expect(received.paths).to.deep.equal([join(into, 'hello.txt')])
    expect(sent).to.include({ bytes: 12, path: 'direct', user: 'bob'.padEnd(22, '-') })
    expect(treeOf(into)).to.deep.equal(treeOf(from))
    const order = bob.told.map(({ event }) => event).filter((event) => event !== 'progress' && event !== 'listening')
    expect(order).to.deep.equal(['connected', 'verifying', 'received'])
    expect(bob.all('progress').at(-1)).to.deep.equal({ transfer, bytes: 12, of: 12 })
  })
})
