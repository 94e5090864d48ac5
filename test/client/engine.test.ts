import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { deviceIdentity } from '../../core/client/device.ts'
import { EngineFace } from '../../core/transfer/start.ts'
import { startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'

describe('a transfer engine that stops by itself', () => {
  let team: Team<'alice' | 'bob'>
  before(async () => {
    team = await startTeam(['alice', 'bob'])
  })
  after(() => team?.close())

  it('is replaced by another one, which serves what the first did and fetches again', async () => {
    const workers: Worker[] = []
    for (const name of ['alice', 'bob'] as const) {
      await team.people[name].close()
      const identity = await deviceIdentity(team.profile(name))
      team.people[name] = await team.open(name, {
        startEngine: () => {
          const worker = new Worker(new URL('../../core/transfer/worker.ts', import.meta.url), {
            workerData: { identity, host: '127.0.0.1', port: 0, cap: {} },
          })
          workers.push(worker)
          return EngineFace.start(worker)
        },
      })
      await team.people[name].connect()
    }
    const { alice, bob } = team.people
    const path = join(team.folder, 'a.bin')
    writeFileSync(path, randomBytes(300_000))
    const fetch = async (transfer: string, into: string) => {
      mkdirSync(join(team.folder, into))
      await until('the offer is known', () => bob.transfer(transfer))
      await bob.accept(transfer, join(team.folder, into))
      await until('it is there', () => bob.transfer(transfer)?.parts[0]?.state === 'done')
      expect(readFileSync(bob.transfer(transfer)?.paths?.[0] ?? '').equals(readFileSync(path))).to.equal(true)
    }
    const first = await alice.offer(alice.resolve(['bob']), [path])
    await fetch(first.id, 'one')
    const second = await alice.offer('everyone', [path])
    expect(workers).to.have.length(2)
    for (const worker of workers.splice(0)) await worker.terminate()
    await until('the sender has an engine again', () => workers.length === 1)
    await fetch(second.id, 'two')
    expect(workers).to.have.length(2)
    const third = await alice.offer(alice.resolve(['bob']), [path])
    await fetch(third.id, 'three')
  })
})
