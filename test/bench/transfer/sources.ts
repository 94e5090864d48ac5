import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** A file of so many MiB that nothing can make smaller. */
export function largeFile(path: string, mib: number): string {
  const fd = openSync(path, 'w')
  for (let n = 0; n < mib; n++) writeSync(fd, randomBytes(1024 * 1024))
  closeSync(fd)
  return path
}

/** A folder of files of so many bytes, a hundred in each folder below it. */
export function manyFiles(path: string, count: number, bytes: number): string {
  for (let n = 0; n < count; n++) {
    const folder = join(path, `${Math.floor(n / 100)}`)
    if (n % 100 === 0) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `file-${n}.dat`), randomBytes(bytes))
  }
  return path
}
