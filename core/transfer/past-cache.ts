import { closeSync, constants, openSync, write } from 'node:fs'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import { PAGE, pageMemory } from './page-memory.ts'

/** Linux alone has it, for most of its filesystems. */
const { O_DIRECT, O_NOFOLLOW = 0, O_WRONLY } = constants as typeof constants & { readonly O_DIRECT?: number }

/**
 * A file that is written past the system's cache: whole pages, from memory to the disk. A large file that only has to reach the disk pushes nothing
 * out of the cache then, costs half of the processor time, and needs no memory that a virtual machine may have to get back from its host first.
 * Still to be synced, as disks have caches of their own.
 */
export class PastCache {
  #fd: number
  #isRefused = false
  /** For what does not begin at a page. */
  #memory: Buffer | null = null

  private constructor(fd: number) {
    this.#fd = fd
  }

  /** @returns null where it cannot be had: the filesystem does not know it, or whatever else, which the usual way will tell */
  static open(path: string): PastCache | null {
    if (O_DIRECT === undefined) return null
    try {
      return new PastCache(openSync(path, O_WRONLY | O_DIRECT | O_NOFOLLOW))
    } catch {
      return null
    }
  }

  /** It turned out that the filesystem will not have it. */
  get isRefused(): boolean {
    return this.#isRefused
  }

  /**
   * @param data whole pages, a block at most, in use until it resolves
   * @param position a page's
   * @returns how many bytes were written: what is left is for the usual way
   */
  write(data: Buffer, position: number): Promise<number> {
    const aligned = data.byteOffset % PAGE === 0 ? data : this.#copyOf(data)
    return new Promise((resolve, reject) => {
      write(this.#fd, aligned, 0, aligned.length, position, (error, written) => {
        if (error?.code === 'EINVAL') {
          this.#isRefused = true
          resolve(0)
        } else if (error) reject(error)
        else resolve(written)
      })
    })
  }

  /** Call once, while nothing is written. */
  close(): void {
    closeSync(this.#fd)
  }

  #copyOf(data: Buffer): Buffer {
    this.#memory ??= pageMemory(BLOCK_SIZE)
    data.copy(this.#memory)
    return this.#memory.subarray(0, data.length)
  }
}
