/** Folders compared and made for tests. */
import { createHash } from 'node:crypto'
import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Every path below a folder with what a transfer must keep of it: kind, size, SHA-256, executable bit, time in ms. */
export function treeOf(folder: string): Record<string, string> {
  const found: Record<string, string> = {}
  const visit = (path: string, name: string) => {
    const stat = lstatSync(path)
    if (stat.isDirectory()) {
      found[`${name}/`] = 'folder'
      for (const child of readdirSync(path).sort()) visit(join(path, child), `${name}/${child}`)
    } else if (stat.isFile()) {
      const exec = (stat.mode & 0o111) !== 0 ? 'x' : '-'
      found[name] = `${stat.size} ${exec} ${Math.trunc(stat.mtimeMs)} ${sha256Of(path)}`
    } else found[name] = 'something else'
  }
  for (const child of readdirSync(folder).sort()) visit(join(folder, child), child)
  return found
}

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

export function write(path: string, content: string | Buffer, mode = 0o644): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content, { mode })
  return path
}

/** A file of `mib` MiB in which no two blocks are alike. */
export function large(path: string, mib: number): string {
  mkdirSync(dirname(path), { recursive: true })
  const fd = openSync(path, 'w')
  let seed = createHash('sha256').update(path).digest()
  for (let n = 0; n < mib; n++) {
    seed = createHash('sha256').update(seed).digest()
    const block = Buffer.alloc(1024 * 1024, seed)
    block.writeUInt32BE(n, 1000)
    writeSync(fd, block)
  }
  closeSync(fd)
  return path
}
