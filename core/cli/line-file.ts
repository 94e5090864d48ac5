/** Lines into a file that is there whole or not at all. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { OptiChatError } from '../protocol/errors.ts'

/** Characters written at once. */
const CHUNK = 256 * 1024

/**
 * Replaces what the file had. Only its owner may read it: it holds private words.
 * @throws OptiChatError `folder-unwritable`, `disk-full`; what stops it leaves no half file behind
 */
export async function writeLines(file: string, lines: Iterable<string>, signal: AbortSignal): Promise<{ lines: number; bytes: number }> {
  const part = `${file}.part`
  const handle = await open(part, 'w', 0o600).catch((error: unknown) => {
    throw fileError(error, file)
  })
  try {
    const told = await write(handle, lines, signal).finally(() => handle.close())
    await rename(part, file)
    return told
  } catch (error) {
    await rm(part, { force: true })
    throw fileError(error, file)
  }
}

async function write(handle: FileHandle, lines: Iterable<string>, signal: AbortSignal): Promise<{ lines: number; bytes: number }> {
  const told = { lines: 0, bytes: 0 }
  let chunk = ''
  const flush = async () => {
    signal.throwIfAborted()
    await handle.appendFile(chunk)
    told.bytes += Buffer.byteLength(chunk)
    chunk = ''
  }
  for (const line of lines) {
    chunk += `${line}\n`
    told.lines++
    if (chunk.length >= CHUNK) await flush()
  }
  await flush()
  await handle.sync()
  return told
}

function fileError(error: unknown, file: string): unknown {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return error
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT'
  return new OptiChatError(full ? 'disk-full' : 'folder-unwritable', file, { cause: error })
}
