/** Whether a disk has room: a transfer that stopped for want of it goes on when there is. */
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Bytes beside the transfer's own that must be free, so that what fits barely does not stop again at once. */
const SPARE = 1024 * 1024

/** @returns false also when that cannot be told: it is asked again */
export async function hasRoom(folder: string, bytes: number): Promise<boolean> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      const disk = await statfs(at)
      // Some network file systems tell nothing.
      return disk.blocks === 0 || disk.bavail * disk.bsize >= bytes + SPARE
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // The folder is made when the first byte comes.
      if (code !== 'ENOENT' || dirname(at) === at) return false
    }
  }
}
