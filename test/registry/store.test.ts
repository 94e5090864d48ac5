import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { localStore } from '../../core/registry/store/local-store.ts'
import { SCHEMA } from '../../core/registry/store/schema.ts'
import { SqliteOperations } from '../../core/registry/store/sqlite-operations.ts'
import { workerStore } from '../../core/registry/store/worker-store.ts'
import { migrate, openDatabase } from '../../core/sqlite.ts'
import { until } from '../support/wait.ts'
import { draft, storeContract } from './store-contract.ts'
import { temporaryFolder } from './support/house.ts'

const path = (folder: string) => join(folder, 'registry.sqlite')
const unbroken = (error: Error) => {
  throw error
}

storeContract('in this thread', async (folder) => localStore(openDatabase(path(folder))))
storeContract('in a worker', (folder) => workerStore({ path: path(folder), onBroken: unbroken }))

describe('the store on SQLite', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('commits what is asked for in one turn with one commit', async () => {
    const operations = new SqliteOperations(openDatabase(path(folder.path)))
    const batch = Array.from({ length: 100 }, () => ({
      operation: 'append' as const,
      input: [draft('alice')] as [ReturnType<typeof draft>],
    }))
    const before = operations.commits
    expect(operations.run(batch).every((done) => 'result' in done)).to.equal(true)
    expect(operations.commits - before).to.equal(1)
    operations.close()
  })

  it('keeps nothing of what a full disk refuses, keeps the others, and goes on when there is room again', async () => {
    const database = openDatabase(path(folder.path))
    const store = localStore(database)
    await store.load('r')
    await store.append(draft('alice'))
    const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
    database.exec(`PRAGMA max_page_count = ${pages + 2}`)
    const conversation = { id: 'new', audience: '["alice","bob"]' }
    const large = draft('alice', { conversation, body: JSON.stringify({ kind: 'text', text: 'x'.repeat(60_000) }) })
    const outcomes = await Promise.allSettled([store.append(draft('alice')), store.append(large), store.append(draft('alice'))])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(outcomes[1]).to.have.nested.property('reason.code', 'registry-full')
    database.exec('PRAGMA max_page_count = 100000')
    await store.append(large)
    expect((await store.page({ user: 'bob', after: 0 })).rows).to.have.length(4)
    await store.close()
  })

  it('goes on from the highest position ever, also where the newest messages were deleted before it was brought to this version', async () => {
    for (const [left, name] of [
      [3, 'some'],
      [0, 'none'],
    ] as const) {
      const database = openDatabase(join(folder.path, name))
      migrate(database, SCHEMA.slice(0, 3))
      database.exec(`INSERT INTO conversations VALUES (1, 'everyone', '"everyone"')`)
      for (let n = 1; n <= 5; n++) database.exec(`INSERT INTO messages VALUES (${n}, '${n}@r', 'id ${n}', 'alice', 1, '{}')`)
      database.exec(`DELETE FROM messages WHERE position > ${left}`)
      const store = localStore(database)
      expect((await store.append(draft('alice'))).position).to.equal(6)
      await store.close()
    }
  })

  it('leaves one clean file when closed', async () => {
    const store = await workerStore({ path: path(folder.path), onBroken: unbroken })
    await store.append(draft('alice'))
    expect(existsSync(`${path(folder.path)}-wal`)).to.equal(true)
    await store.close()
    expect(existsSync(`${path(folder.path)}-wal`)).to.equal(false)
  })

  it('does not take a database of a newer version, nor something else', async () => {
    const database = openDatabase(path(folder.path))
    database.exec('PRAGMA user_version = 99')
    database.close()
    const open = (at: string) =>
      workerStore({ path: at, onBroken: unbroken }).then(
        () => 'opened',
        (error: { code: string }) => error.code,
      )
    expect(await open(path(folder.path))).to.equal('data-unreadable')
    const other = join(folder.path, 'other')
    writeFileSync(other, 'no database at all'.repeat(500))
    expect(await open(other)).to.equal('data-unreadable')
    expect(readFileSync(other, 'utf8')).to.match(/^no database/)
    mkdirSync(join(folder.path, 'folder'))
    expect(await open(join(folder.path, 'folder'))).to.equal('data-unreadable')
  })

  it('answers nothing more when its thread is gone, and says so once', async () => {
    const started: Worker[] = []
    const post = Worker.prototype.postMessage
    Worker.prototype.postMessage = function (this: Worker, ...message: Parameters<typeof post>) {
      started.push(this)
      return post.apply(this, message)
    }
    const broken: string[] = []
    const store = await workerStore({ path: path(folder.path), onBroken: ({ code }) => broken.push(code) })
    try {
      await store.load('r')
    } finally {
      Worker.prototype.postMessage = post
    }
    const waiting = store.append(draft('alice')).then(
      () => 'done',
      (error: { code: string }) => error.code,
    )
    await started[0]?.terminate()
    await until('word of it', () => broken.length > 0)
    expect(await waiting).to.equal('internal')
    expect(await store.append(draft('alice')).catch((error: { code: string }) => error.code)).to.equal('internal')
    await store.close()
    expect(broken).to.deep.equal(['internal'])
  })
})
