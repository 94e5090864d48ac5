/** Files as people hand them over, and what became of them. */
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const MIB = 1024 * 1024

/** Writes `bytes` that no compression and no sparse file can help with; answers the SHA-256. */
export function writeRandom(path: string, bytes: number): string {
  const hash = createHash('sha256')
  writeFileSync(path, '')
  for (let left = bytes; left > 0; left -= MIB) {
    const part = randomBytes(Math.min(MIB, left))
    hash.update(part)
    writeFileSync(path, part, { flag: 'a' })
  }
  return hash.digest('hex')
}

export const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

/** Relative paths of all that is below a folder, folders with a slash at the end. */
export function tree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1) + (entry.isDirectory() ? '/' : ''))
    .sort()
}
