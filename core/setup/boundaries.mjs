/** Who may import whom, as the design page has it. A pair that is not listed is refused; so is a file in no room. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { parseSync, Visitor } from 'oxc-parser'

/** The rooms, first match wins: a folder with everything in it, or one file. */
const ROOMS = {
  protocol: 'core/protocol/',
  link: 'core/link/',
  identity: 'core/identity/',
  registry: 'core/registry/',
  client: 'core/client/',
  transfer: 'core/transfer/',
  cli: 'core/cli/',
  setup: 'core/setup/',
  // Files of core/ itself: what registry and client both need of the machine (the database opener).
  common: 'core/',
  discovery: 'discovery/',
  bridge: 'desktop/bridge.ts',
  host: 'desktop/host/',
  preload: 'desktop/electron/preload.cts',
  electron: 'desktop/electron/',
  page: 'desktop/browser/page',
  browser: 'desktop/browser/',
  ui: 'desktop/ui/',
  start: 'desktop/',
  test: 'test/',
}

const CORE = ['common', 'protocol', 'link', 'identity', 'registry', 'client', 'transfer']
const BELOW = ['common', 'protocol', 'link', 'identity']

/** room → the rooms it may import from; `types` only for their types. Its own room is always allowed. */
const MAY = {
  protocol: { values: [] },
  common: { values: ['protocol'] },
  link: { values: BELOW },
  identity: { values: BELOW },
  registry: { values: BELOW },
  transfer: { values: BELOW },
  client: { values: [...BELOW, 'transfer'] },
  discovery: { values: ['protocol'] },
  setup: { values: [] },
  cli: { values: [...CORE, 'discovery'] },
  bridge: { values: [], types: ['protocol', 'client', 'discovery'] },
  // The command's registry, in a process of its own, is also the one that the app hosts.
  host: { values: [...CORE, 'cli', 'discovery', 'bridge'] },
  electron: { values: [...CORE, 'discovery', 'bridge', 'host'] },
  browser: { values: [...CORE, 'discovery', 'bridge', 'host'] },
  start: { values: [...CORE, 'discovery', 'bridge', 'host', 'electron', 'browser'] },
  ui: { values: ['page'], types: ['bridge', 'protocol'] },
  preload: { values: [], types: ['bridge', 'protocol'] },
  page: { values: [], types: ['bridge', 'protocol'] },
  test: { values: Object.keys(ROOMS) },
}

/** The room of a file (a path from the root, with `/`), or undefined. */
function roomOf(path) {
  return Object.keys(ROOMS).find((room) => path.startsWith(ROOMS[room]))
}

/** Everything a file imports by a relative path: `{ to: 'core/…', typeOnly }`, workers and `import('…')` types included. */
export function importsOf(path, source) {
  const { module, program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0].message}`)
  const found = []
  const add = (specifier, typeOnly) => {
    if (/^\.\.?(\/|$)/.test(specifier)) found.push({ to: posix.join(dirname(path), specifier), typeOnly })
  }
  for (const { moduleRequest, entries } of module.staticImports) {
    add(moduleRequest.value, entries.length > 0 && entries.every((entry) => entry.isType))
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) if (moduleRequest) add(moduleRequest.value, isType)
  }
  /** A string, or a choice of two as workers have it (`.ts` in the sources, `.js` when built). */
  const addLiteral = (node, typeOnly = false) => {
    if (node?.type === 'Literal' && typeof node.value === 'string') add(node.value, typeOnly)
    if (node?.type === 'ConditionalExpression') for (const side of [node.consequent, node.alternate]) addLiteral(side, typeOnly)
  }
  new Visitor({
    ImportExpression: (node) => addLiteral(node.source),
    TSImportType: (node) => addLiteral(node.source, true),
    TSExternalModuleReference: (node) => addLiteral(node.expression),
    CallExpression: (node) => {
      if (node.callee.name === 'require') addLiteral(node.arguments[0])
    },
    NewExpression: (node) => {
      const [address, base] = node.arguments
      if (node.callee.name === 'URL' && base?.type === 'MemberExpression') addLiteral(address)
    },
  }).visit(program)
  return found
}

/** Sentences, one for each import of this file that is not allowed. */
export function forbiddenImports(path, source) {
  const room = roomOf(path)
  if (room === undefined) return [`${path}: stands in no room; give it one in core/setup/boundaries.mjs`]
  const { values, types = [] } = MAY[room]
  return importsOf(path, source).flatMap(({ to, typeOnly }) => {
    const target = roomOf(to)
    if (target === room || values.includes(target)) return []
    if (target === undefined) return isCode(to) ? [`${path}: imports ${to}, which stands in no room`] : []
    if (types.includes(target)) return typeOnly ? [] : [`${path}: may import only types from ${ROOMS[target]} (${to})`]
    return [`${path}: ${room} may not import from ${target} (${to})`]
  })
}

const isCode = (path) => /\.[cm]?[jt]sx?$/.test(path)

/** All sentences of a checkout. */
export function checkBoundaries(root) {
  return ['core', 'discovery', 'desktop', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isCode(entry.name))
      .map((entry) =>
        join(entry.parentPath ?? entry.path, entry.name)
          .slice(root.length)
          .replaceAll('\\', '/')
          .replace(/^\//, ''),
      )
      .flatMap((path) => forbiddenImports(path, readFileSync(join(root, path), 'utf8'))),
  )
}
