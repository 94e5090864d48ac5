import { rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import type { Handed, Product } from './product.ts'
import { largeFile, manyFiles } from './sources.ts'

/** What lies in the folder that is handed over. */
const [FILES, BYTES] = [100_000, 100]
/** As the issue has it: a million bytes. */
const MEGABYTE = 1e6

/** Resident memory of both people's programs, MB: the most that the system saw while it moved, and what they had just before it. */
export interface Memory {
  readonly sending: number
  readonly receiving: number
  readonly before: { readonly sending: number; readonly receiving: number }
  readonly seconds: number
}

/** By work. One whole size and one tenth of it: what grows with the size shows between the two. */
export async function measureMemory(
  product: Product,
  mib: number,
  place: { folder(name: string): string; into(): string },
): Promise<Record<string, Memory>> {
  const free = statfsSync(place.folder('huge'))
  if (free.bavail * free.bsize < mib * 2 ** 20 * 2.3) throw new Error(`--memory ${mib} needs ${Math.ceil((mib * 2.3) / 1024)} GiB of disk`)
  const told: Record<string, Memory> = {}
  for (const size of [Math.ceil(mib / 10), mib]) {
    const [source, into] = [largeFile(join(place.folder('huge'), `${size}.bin`), size), place.into()]
    told[`memory over ${size} MiB`] = memoryOf(await product.hand(source, into))
    for (const path of [source, into]) rmSync(path, { recursive: true })
  }
  for (const count of [FILES / 10, FILES]) {
    const source = manyFiles(join(place.folder('crowd'), `${count}`), count, BYTES)
    told[`memory over ${count} files`] = memoryOf(await product.hand(source, place.into()))
  }
  return told
}

const memoryOf = ({ sender, receiver, before, seconds }: Handed): Memory => ({
  sending: (sender.memory * 2 ** 20) / MEGABYTE,
  receiving: (receiver.memory * 2 ** 20) / MEGABYTE,
  before: { sending: (before.sender * 2 ** 20) / MEGABYTE, receiving: (before.receiver * 2 ** 20) / MEGABYTE },
  seconds,
})
