/** The store in this thread: for tests and tools, where waiting for the disk hurts nobody. */
import type { DatabaseSync } from '../../sqlite.ts'
import { GroupCommit, storeOver } from './group-commit.ts'
import { SqliteOperations } from './sqlite-operations.ts'
import type { Store } from './store.ts'

/** @param database open; the store closes it. */
export function localStore(database: DatabaseSync): Store {
  const operations = new SqliteOperations(database)
  const commit = new GroupCommit((batch) => commit.done(operations.run(batch)))
  return storeOver(commit, async () => {
    await commit.finish()
    operations.close()
  })
}
