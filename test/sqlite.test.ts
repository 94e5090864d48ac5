import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type DatabaseSync, lockFile, migrate, openDatabase, transaction } from '../core/sqlite.ts'

describe('SQLite', () => {
  let folder: string
  let database: DatabaseSync

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'optichat-sqlite-'))
    database = openDatabase(join(folder, 'a.sqlite'))
  })
  afterEach(() => {
    database.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const value = (sql: string) => Object.values(database.prepare(sql).get() ?? {})[0]

  it('writes ahead, syncs each commit and holds on to foreign keys', () => {
    expect([
      value('PRAGMA journal_mode'),
      value('PRAGMA synchronous'),
      value('PRAGMA foreign_keys'),
      value('PRAGMA busy_timeout'),
    ]).to.deep.equal(['wal', 2, 1, 5_000])
  })

  it('finds words', () => {
    database.exec(`CREATE VIRTUAL TABLE words USING fts5 (text); INSERT INTO words VALUES ('the quick fox'), ('the lazy dog')`)
    expect(value(`SELECT text FROM words WHERE words MATCH 'quick'`)).to.equal('the quick fox')
  })

  it('keeps all of a transaction or nothing', () => {
    database.exec('CREATE TABLE t (a INTEGER)')
    const insert = database.prepare('INSERT INTO t VALUES (?)')
    expect(transaction(database, () => insert.run(1).changes)).to.equal(1)
    const fail = () =>
      transaction(database, () => {
        insert.run(2)
        throw new Error('no')
      })
    expect(fail).to.throw('no')
    expect(value('SELECT count(*) FROM t')).to.equal(1)
  })

  it('takes each step to a new schema once, all of it or nothing', () => {
    migrate(database, ['CREATE TABLE a (x)'])
    migrate(database, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)'])
    expect(() => migrate(database, ['', '', 'CREATE TABLE c (x); CREATE TABLE a (x)'])).to.throw(/already exists/)
    expect(value('PRAGMA user_version')).to.equal(2)
    expect(value(`SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY name)`)).to.equal('a,b')
    expect(() => migrate(database, []))
      .to.throw()
      .with.property('code', 'data-unreadable')
  })

  it('brings a database up to date once when two processes open it at the same time', () => {
    const steps = ['CREATE TABLE a (x)', 'ALTER TABLE a ADD COLUMN y']
    const other = openDatabase(join(folder, 'a.sqlite'))
    let raced = false
    /** Between looking at the version and taking the lock, the other one is quicker. */
    const slow = {
      prepare: (sql: string) => database.prepare(sql),
      exec: (sql: string) => {
        if (!raced) migrate(other, steps)
        raced = true
        database.exec(sql)
      },
      get isTransaction() {
        return database.isTransaction
      },
    } as DatabaseSync
    migrate(slow, steps)
    expect([raced, value('PRAGMA user_version')]).to.deep.equal([true, 2])
    other.close()
  })

  it('locks a file for one holder at a time', () => {
    const path = join(folder, 'lock')
    const release = lockFile(path)
    expect(() => lockFile(path))
      .to.throw()
      .with.property('code', 'data-in-use')
    release()
    lockFile(path)()
    expect(() => lockFile(join(folder, 'no', 'folder')))
      .to.throw()
      .with.property('code', 'data-unreadable')
  })
})
