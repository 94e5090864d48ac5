import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'

/**
 * Before anybody's turn: everybody finds the disk quiet, the source in the system's cache, and the memory free that the last one's copy of a large file
 * was in. A virtual machine that has given free memory, or a cache that nobody read for seconds, back to its host gets it page by page, which can take
 * longer than all the rest. So that copy is read once more, and goes right before.
 */
export function prepare(source: string, last: string | null): void {
  execFileSync('sync')
  const read = [source, ...(last === null ? [] : [last])]
  execFileSync('find', [...read, '-type', 'f', '-exec', 'cat', '{}', '+'], { stdio: 'ignore' })
  if (last !== null) rmSync(last, { recursive: true })
}
