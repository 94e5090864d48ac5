/**
 * A file or folder of a manifest, and the line it is on the wire and on disk: a JSON array, `["film.mkv",734003200,1700000000000]`, with
 * an `"x"` at the end for an executable file and `null` for the bytes of a folder. The lines are what the manifest's digest is over.
 */
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_PATH } from '../protocol/limits.ts'
import { MAX_TIME } from './limits.ts'

/** `path` has `/` between folders; `exec` is the executable bit; `mtime` in ms since 1970. A folder has no bytes. */
export interface Entry {
  readonly path: string
  readonly kind: 'file' | 'dir'
  readonly bytes: number
  readonly exec: boolean
  readonly mtime: number
}

const LINE_FEED = 10

/** With the line feed that ends it. */
export function formatEntry({ path, kind, bytes, exec, mtime }: Entry): string {
  return `[${JSON.stringify(path)},${kind === 'dir' ? 'null' : bytes},${mtime}${exec ? ',"x"' : ''}]\n`
}

/**
 * Whole lines as entries.
 * @throws OptiChatError `peer-protocol`
 */
export function parseEntries(lines: Buffer): Entry[] {
  if (lines[lines.length - 1] !== LINE_FEED) throw new OptiChatError('peer-protocol', 'a line of the list is cut')
  let values: unknown
  try {
    /** A line feed stands in no JSON string but escaped: so the lines become one array. */
    values = JSON.parse(`[${lines.toString('utf8', 0, lines.length - 1).replaceAll('\n', ',')}]`)
  } catch (cause) {
    throw new OptiChatError('peer-protocol', 'a list that is not JSON', { cause })
  }
  return (values as unknown[]).map(parseEntry)
}

function parseEntry(value: unknown): Entry {
  if (Array.isArray(value) && (value.length === 3 || value.length === 4)) {
    const [path, bytes, mtime, exec] = value as unknown[]
    const isDir = bytes === null
    if (
      typeof path === 'string' &&
      path.length > 0 &&
      path.length <= MAX_PATH &&
      (isDir || isCount(bytes)) &&
      isCount(mtime) &&
      mtime <= MAX_TIME &&
      (value.length === 3 || (exec === 'x' && !isDir))
    ) {
      return { path, kind: isDir ? 'dir' : 'file', bytes: isDir ? 0 : bytes, exec: exec === 'x', mtime }
    }
  }
  throw new OptiChatError('peer-protocol', 'a malformed entry')
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
