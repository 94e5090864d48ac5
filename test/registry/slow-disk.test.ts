import { join } from 'node:path'
import { expect } from 'chai'
import { workerStore } from '../../core/registry/store/worker-store.ts'
import { openDatabase } from '../../core/sqlite.ts'
import { draft } from './store-contract.ts'
import { temporaryFolder } from './support/house.ts'

/** Milliseconds for which the disk takes nothing. */
const STUCK = 700

describe('a disk that takes its time', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('does not hold up the event loop: what waits for it is answered once it is stored, all else at once', async () => {
    const path = join(folder.path, 'registry.sqlite')
    const store = await workerStore({
      path,
      onBroken: (error) => {
        throw error
      },
    })
    await store.load('registry')
    // Somebody else holds the database: the commit waits for as long, as it would for a slow fsync.
    const holder = openDatabase(path)
    holder.exec('BEGIN IMMEDIATE')
    const start = performance.now()
    let storedAfter = 0
    const stored = store.append(draft('alice')).then(() => {
      storedAfter = performance.now() - start
    })
    let turns = 0
    while (performance.now() - start < STUCK) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      turns++
    }
    expect(storedAfter).to.equal(0)
    // A loop that waited for the disk would have had none; a busy machine makes some of them late.
    expect(turns).to.be.greaterThan(10)
    holder.exec('ROLLBACK')
    await stored
    expect(storedAfter).to.be.at.least(STUCK)
    holder.close()
    await store.close()
  })
})
