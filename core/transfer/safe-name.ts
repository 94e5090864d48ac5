/**
 * Names of others made safe for Linux, macOS and Windows on all of them, so that what was received can be passed on, copied to
 * a stick, or lie in a shared folder. Rules: Windows "Naming Files, Paths, and Namespaces", POSIX NAME_MAX, UTS 36 §3.
 */

import { OptiChatError } from '../protocol/errors.ts'
import { because } from '../protocol/reasons.ts'
import { MAX_DEPTH, MAX_FOLDERS } from './limits.ts'
import { NameSet } from './name-set.ts'

/** Bytes of one name in UTF-8: NAME_MAX of every common filesystem. */
const MAX_NAME_BYTES = 255

/** What Windows forbids in a name, with the separators of all systems and C0, DEL and C1 controls, and halves of surrogate pairs. */
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}\p{Cs}]/gu
/** Invisible: bidi overrides that hide an extension, zero-width characters, line and paragraph separators. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]/gu
/** Device names of Windows, whatever the extension; the superscript digits count as digits there. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/iu
/** The names of our own part folders: a received folder must never pass for one. */
const PART_FOLDER = /^\.optichat-/iu

/** Most names: nothing in them is forbidden, invisible or to be normalised, and they end in a letter or digit. */
const PLAIN = /^[a-z0-9_-][a-z0-9_ .-]{0,100}[a-z0-9]$/i

/** One segment of a path made safe; never empty, never a separator in it, at most 255 bytes. */
export function safeName(name: string): string {
  if (PLAIN.test(name) && !DEVICE.test(name)) return name
  let safe = name.normalize('NFC').replace(INVISIBLE, '').replace(FORBIDDEN, '_')
  if (DEVICE.test(safe) || PART_FOLDER.test(safe)) safe = `_${safe}`
  safe = shorten(safe, MAX_NAME_BYTES).replace(/[. ]+$/u, (end) => '_'.repeat(end.length))
  return safe === '' ? '_' : safe
}

/** `photo.jpg`, 2 → `photo (2).jpg`, within 255 bytes. A name without an extension, or a hidden one, gets it at the end. */
export function numbered(name: string, n: number): string {
  const [stem, extension] = split(name)
  const tail = ` (${n})${extension}`
  return cut(stem, MAX_NAME_BYTES - Buffer.byteLength(tail)) + tail
}

/** The form in which names are compared: what some filesystem takes for the same name is the same. */
function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** Gives each name out once: one that is taken, in any case, gets " (2)" and so on. */
export class DistinctNames {
  readonly #key: Buffer
  /** Made when first needed: a hundred thousand empty folders have none. */
  #taken: NameSet | null = null
  /** Where to go on counting, so that a thousand equal names cost a thousand steps and not a million. */
  #next: Map<string, number> | null = null

  /** @param key see NameSet */
  constructor(key: Buffer) {
    this.#key = key
  }

  take(name: string): string {
    this.#taken ??= new NameSet(this.#key)
    const key = nameKey(name)
    if (this.#taken.add(key)) return name
    this.#next ??= new Map()
    let candidate = name
    let n = this.#next.get(key) ?? 2
    while (!this.#taken.add(nameKey(candidate))) candidate = numbered(name, n++)
    this.#next.set(key, n)
    return candidate
  }
}

interface SafeFolder {
  readonly path: string
  readonly names: DistinctNames
  readonly parent: SafeFolder | null
}

/**
 * Maps the paths of a manifest, in its order, to safe relative ones: the same manifest with the same key always gets the same names.
 * Its methods throw OptiChatError `peer-protocol` for more or deeper folders than anybody has.
 */
export class SafePaths {
  readonly #key: Buffer
  readonly #top: SafeFolder
  readonly #folders: Map<string, SafeFolder>
  readonly #longest: number

  /**
   * @param key see NameSet
   * @param longest bytes a path may have here; what would lie too deep for that is moved up to the next folder where it fits
   */
  constructor(key: Buffer, longest = Number.POSITIVE_INFINITY) {
    this.#key = key
    this.#longest = longest
    this.#top = { path: '', names: new DistinctNames(key), parent: null }
    this.#folders = new Map([['', this.#top]])
  }

  file(path: string): string {
    const at = path.lastIndexOf('/')
    const folder = at < 0 ? this.#top : this.#folder(`${path.slice(0, at)}/`)
    return this.#place(folder, safeName(path.slice(at + 1))).path
  }

  folder(path: string): string {
    return this.#folder(`${path}/`).path
  }

  /** `path` ends with `/`, so that the folder named by an empty string is not the top. */
  #folder(path: string, depth = 1): SafeFolder {
    const known = this.#folders.get(path)
    if (known) return known
    if (this.#folders.size > MAX_FOLDERS) throw new OptiChatError('too-many-files', because('folders-most', { most: MAX_FOLDERS }))
    if (depth > MAX_DEPTH) throw new OptiChatError('peer-protocol', 'folders nested too deeply')
    const at = path === '/' ? -1 : path.lastIndexOf('/', path.length - 2)
    const parent = at < 0 ? this.#top : this.#folder(path.slice(0, at + 1), depth + 1)
    const placed = this.#place(parent, safeName(path.slice(at + 1, -1)))
    const folder = { path: placed.path, names: new DistinctNames(this.#key), parent: placed.parent }
    this.#folders.set(path, folder)
    return folder
  }

  #place(folder: SafeFolder, name: string): { readonly path: string; readonly parent: SafeFolder } {
    let parent = folder
    while (parent.parent && Buffer.byteLength(parent.path) + 1 + Buffer.byteLength(name) > this.#longest) parent = parent.parent
    return { path: join(parent.path, parent.names.take(name)), parent }
  }
}

const join = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`)

/** Stem and extension (with its dot). An extension is short and has no space; more than that is part of the name. */
function split(name: string): [string, string] {
  const at = name.lastIndexOf('.')
  if (at <= 0 || name.length - at > 16 || name.includes(' ', at)) return [name, '']
  const double = /\.tar\.[a-z0-9]{1,4}$/iu.exec(name)
  return double && double.index > 0 ? [name.slice(0, double.index), double[0]] : [name.slice(0, at), name.slice(at)]
}

function shorten(name: string, bytes: number): string {
  if (Buffer.byteLength(name) <= bytes) return name
  const [stem, extension] = split(name)
  return cut(stem, bytes - Buffer.byteLength(extension)) + extension
}

/** The longest beginning that fits, cutting no character in two. */
function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  let kept = ''
  let used = 0
  for (const character of text) {
    used += Buffer.byteLength(character)
    if (used > bytes) break
    kept += character
  }
  return kept
}
