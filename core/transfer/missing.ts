import type { MissingFile } from './engine.ts'
import { MAX_MISSING_NAMED } from './limits.ts'
import type { Manifest } from './manifest.ts'

/** What an end of a transfer tells of the files that could not be sent: the first of them by name, and the bytes of the others. */
export function missingOf(
  manifest: Manifest,
  missing: ReadonlyMap<number, MissingFile['code']>,
): { readonly bytes: number; readonly missing: MissingFile[]; readonly missingCount: number } {
  let { bytes } = manifest
  const named: MissingFile[] = []
  for (const [index, code] of [...missing].sort(([one], [other]) => one - other)) {
    const entry = manifest.entry(index)
    bytes -= entry.bytes
    if (named.length < MAX_MISSING_NAMED) named.push({ path: entry.path, code })
  }
  return { bytes, missing: named, missingCount: missing.size }
}
