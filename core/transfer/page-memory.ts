/** As memory and files are cut by most systems; a power of two that all storage in use can be addressed by. */
export const PAGE = 4096

/** Node has it, its types do not. Missing where no code may be compiled at run time (`--jitless`). */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly?: { readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer } }
}
const UNIT = 64 * 1024

/**
 * Memory that begins at a page, as a system asks for that writes straight from it to the disk. Node's own buffers begin anywhere; WebAssembly's
 * are mapped for themselves. Where there is none of that, it is memory like any other, and the system will refuse it.
 */
export function pageMemory(size: number): Buffer {
  if (!WebAssembly) return Buffer.allocUnsafeSlow(size)
  return Buffer.from(new WebAssembly.Memory({ initial: Math.ceil(size / UNIT) }).buffer, 0, size)
}

/** From a position up to the next page. */
export const toNextPage = (position: number): number => (PAGE - (position % PAGE)) % PAGE
