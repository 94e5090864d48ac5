/** What is missing or out of date in a checkout, told by contents, so that a touched file or a changed branch costs nothing. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The parts that are built apart, each with what its output depends on. */
export const PARTS = {
  programs: {
    says: 'building the programs',
    sources: ['core', 'discovery', 'desktop', 'tsconfig.json', 'tsconfig.build.json'],
    without: ['desktop/ui', 'core/setup'],
  },
  app: {
    says: 'building the app',
    sources: [
      'desktop/ui',
      'desktop/browser/page.ts',
      'desktop/bridge.ts',
      'core/protocol',
      'tsconfig.json',
      'vite.config.ts',
      'core/setup/emoji-words.mjs',
    ],
    without: [],
  },
}

/** A hash over the names and contents of all files under `sources`, and the locked versions of the tools. */
export function sourceHash(root, { sources, without }) {
  const hash = createHash('sha256')
  const add = (path) => {
    if (without.includes(path)) return
    let entries
    try {
      entries = readdirSync(join(root, path), { withFileTypes: true })
    } catch (error) {
      if (error.code === 'ENOTDIR') hash.update(`${path}\0`).update(readFileSync(join(root, path)))
      else if (error.code !== 'ENOENT') throw error
      return
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inside = `${path}/${entry.name}`
      if (entry.isDirectory()) add(inside)
      else if (entry.isFile() && !without.includes(inside)) hash.update(`${inside}\0`).update(readFileSync(join(root, inside)))
    }
  }
  for (const source of [...sources, 'package-lock.json']) add(source)
  return hash.digest('hex')
}

const stampFile = (root, part) => join(root, 'dist', `.${part}.stamp`)

/** Those of these parts whose output is not of the sources as they are. */
export function staleParts(root, parts) {
  return parts.filter((part) => readStamp(stampFile(root, part)) !== sourceHash(root, PARTS[part]))
}

/** Notes that a part was built from sources with this hash; null: that its output is being replaced. */
export function stampPart(root, part, hash) {
  writeStamp(stampFile(root, part), hash)
}

const dependencyStamp = (root) => join(root, 'node_modules', '.optichat.stamp')

function dependencyHash(root) {
  const platform = `${process.platform} ${process.arch} ${process.versions.modules}`
  return createHash('sha256')
    .update(platform)
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/** Whether node_modules is not what package-lock.json says. What a developer installed by hand and locked counts as installed. */
export function dependenciesStale(root) {
  const stamp = readStamp(dependencyStamp(root))
  if (stamp !== null) {
    if (stamp === dependencyHash(root)) return false
  }
  if (!installedAsLocked(root)) return true
  stampDependencies(root)
  return false
}

/** Notes that node_modules is what package-lock.json says. */
export function stampDependencies(root) {
  writeStamp(dependencyStamp(root), dependencyHash(root))
}

/** Compares with npm's own record of what it installed; optional packages of other platforms may be missing. */
function installedAsLocked(root) {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '') return true
    if (!installed[path] || !existsSync(join(root, path, 'package.json'))) return entry.optional === true
    return installed[path].version === entry.version && installed[path].integrity === entry.integrity
  })
}

function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : null
}

function writeStamp(file, content) {
  if (content === null) return rmSync(file, { force: true })
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
