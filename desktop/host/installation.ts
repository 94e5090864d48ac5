/** Where the parts of this installation are, from source (`desktop/host/*.ts`) as from the build (`dist/desktop/host/*.js`). */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OptiChatError } from '../../core/protocol/errors.ts'

/** True when run from the TypeScript source through tsx, as the tests do. */
export const fromSource = import.meta.url.endsWith('.ts')

/** The folder package.json lies in. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)))

/** The built page. */
export const uiFolder = join(root, 'dist', 'desktop', 'ui')

export const version = readVersion(join(root, 'package.json'))

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
