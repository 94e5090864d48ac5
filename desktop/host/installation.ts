/** Where the parts of this installation are, from source (`desktop/host/*.ts`) as from the build (`dist/desktop/host/*.js`). */
import { existsSync, readFileSync } from 'node:fs'
import { type as osType, release } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OptiChatError } from '../../core/protocol/errors.ts'

/** True when run from the TypeScript source through tsx, as the tests do. */
export const fromSource = import.meta.url.endsWith('.ts')

const TITLES: Record<string, string> = { electron: 'Electron', chrome: 'Chromium', node: 'Node.js', openssl: 'OpenSSL', v8: 'V8' }

/** The folder package.json lies in. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)))

/** The built page. */
export const uiFolder = join(root, 'dist', 'desktop', 'ui')

export const version = readVersion(join(root, 'package.json'))

/** What it runs on, for whoever is asked for help. */
export const versions: readonly (readonly [name: string, version: string])[] = [
  ['OptiChat', version],
  ...(['electron', 'chrome', 'node', 'openssl', 'v8'] as const).flatMap((name): [string, string][] => {
    const number = process.versions[name]
    return number ? [[TITLES[name] ?? name, number]] : []
  }),
  [osType(), `${release()} (${process.arch})`],
]

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const above = dirname(folder)
  if (above === folder) throw new OptiChatError('internal', 'package.json is missing from this installation')
  return findRoot(above)
}

function readVersion(path: string): string {
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
  return version
}
