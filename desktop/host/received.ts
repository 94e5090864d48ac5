/** What can be done with files that have arrived: shown in the page, opened, compared by their checksum. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { Transfer } from '../../core/client/client.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { Checksum, ReceivedFile } from '../bridge.ts'
import { type Media, mediaAt } from './media.ts'

/** Files of one transfer that are told of, and of which checksums are made: the others are in their folder. */
const MOST = 50

/** Kinds that a program shows and none runs; everything else is only shown in its folder. */
const OPENED = new Set(
  (
    '.txt .md .csv .log .json .pdf .epub .rtf .odt .ods .odp .docx .xlsx .pptx .png .jpg .jpeg .gif .webp .avif .bmp .tif .tiff .heic ' +
    '.mp3 .m4a .ogg .opus .flac .wav .mp4 .m4v .webm .mkv .mov .avi .zip .tar .gz .7z .xz .zst'
  ).split(' '),
)

export interface MediaFile {
  readonly path: string
  readonly bytes: number
  readonly type: Media['type']
}

/** The top-level files and folders of a transfer that has arrived, in its order; those that were moved away since are left out. */
export async function receivedFiles(transfer: Transfer): Promise<ReceivedFile[]> {
  const files: ReceivedFile[] = []
  for (const [index, path] of pathsOf(transfer).slice(0, MOST).entries()) {
    const there = await lookAt(path)
    if (!there) continue
    const { bytes, folder } = there
    const media = folder ? null : await mediaAt(path, bytes)
    files.push({
      index,
      name: basename(path),
      bytes,
      folder,
      opens: !folder && opens(path),
      ...(media ? { media: { kind: media.kind, ...(media.width ? { width: media.width, height: media.height } : {}) } } : {}),
    })
  }
  return files
}

/** A received file as the page may show it; null when there is none, or none that may be shown. */
export async function mediaOf(transfer: Transfer | null, index: number): Promise<MediaFile | null> {
  const path = transfer && pathsOf(transfer)[index]
  const there = path ? await lookAt(path) : null
  if (!path || !there || there.folder) return null
  const media = await mediaAt(path, there.bytes)
  return media && { path, bytes: there.bytes, type: media.type }
}

/** Where a received file lies, and whether it may be opened. */
export async function pathToOpen(transfer: Transfer, index: number): Promise<{ path: string; opens: boolean }> {
  const path = pathsOf(transfer)[index]
  const there = path === undefined ? null : await lookAt(path)
  if (path === undefined || !there) throw new OptiChatError('file-unreadable', path ?? transfer.id)
  return { path, opens: there.folder || opens(path) }
}

/** SHA-256 of what has arrived, as it lies on the disk now; of files only. */
export async function checksums(transfer: Transfer): Promise<Checksum[]> {
  const sums: Checksum[] = []
  for (const path of pathsOf(transfer).slice(0, MOST)) {
    const there = await lookAt(path)
    if (!there || there.folder) continue
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
    sums.push({ name: basename(path), sha256: hash.digest('hex') })
  }
  return sums
}

const pathsOf = ({ direction, paths = [] }: Transfer): readonly string[] => (direction === 'receive' ? paths : [])

const opens = (path: string): boolean => OPENED.has(extname(path).toLowerCase())

/** What lies there, unless it is a link or nothing any more. */
async function lookAt(path: string): Promise<{ bytes: number; folder: boolean } | null> {
  const found = await lstat(path).catch(() => null)
  if (!found || (!found.isFile() && !found.isDirectory())) return null
  return { bytes: found.isFile() ? found.size : 0, folder: found.isDirectory() }
}
