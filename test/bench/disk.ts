/** What the disk alone takes, so that it can be told from what a program takes. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Bytes that SQLite adds to its log for one message: some pages. */
const WRITTEN = 16 * 1024

/**
 * Has one message's bytes more in a file, again and again.
 * @param gap milliseconds between two
 * @returns milliseconds that each took to be on the disk
 */
export async function syncs(path: string, { times, gap }: { times: number; gap: number }): Promise<number[]> {
  const file = openSync(path, 'w')
  const bytes = Buffer.alloc(WRITTEN, 'x')
  const took: number[] = []
  for (let n = 0; n < times; n++) {
    const began = performance.now()
    writeSync(file, bytes)
    fdatasyncSync(file)
    took.push(performance.now() - began)
    await pause(gap)
  }
  closeSync(file)
  return took
}
