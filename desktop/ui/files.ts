/** Files and folders from a drop or a file field, with their places in the folders they came in. */
import type { PickedFile } from './outbox.ts'

export const carriesFiles = (transfer: DataTransfer | null): boolean => transfer?.types.includes('Files') ?? false

/**
 * Must be called while the drop event is handled, since its items are gone afterwards; the folders are then read one by one.
 * Rejects when a folder cannot be read.
 */
export function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return Promise.resolve([...transfer.files].map(asPicked))
  return Promise.all(entries.map((entry) => read(entry))).then((lists) => lists.flat())
}

export const fieldFiles = (field: HTMLInputElement): PickedFile[] => [...(field.files ?? [])].map(asPicked)

const asPicked = (file: File): PickedFile => ({ file, path: file.webkitRelativePath || file.name })

async function read(entry: FileSystemEntry): Promise<PickedFile[]> {
  const path = entry.fullPath.replace(/^\//, '')
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
    return [{ file, path }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: PickedFile[] = []
  for (;;) {
    // A folder is listed a hundred entries at a time; an empty answer is its end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return found
    for (const inner of some) found.push(...(await read(inner)))
  }
}
