/** Makes a checkout ready to run: installs what is missing, builds what is stale. Plain JavaScript, as nothing is installed yet. */
import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lock } from './lock.mjs'
import { nodeTooOld } from './node-version.mjs'
import { dependenciesStale, PARTS, sourceHash, staleParts, stampDependencies, stampPart } from './stale.mjs'
import { bin, mustRun, npmCommand, stopTools, ToolFailed } from './tools.mjs'

/** The checkout this file is part of. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const BUNDLE = fileURLToPath(new URL('./bundle.mjs', import.meta.url))

const BUILDERS = {
  programs: async (root) => {
    // Types are the check's business: the build only translates, so that it stays quick.
    await mustRun(
      root,
      [...bin('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--noCheck'],
      'Building the programs failed. The compiler’s words are above.',
    )
    removeOrphans(root, '')
    await mustRun(root, [process.execPath, BUNDLE, root], 'Building the programs failed. The bundler’s words are above.')
    const command = join(root, 'dist/core/cli/main.js')
    if (existsSync(command)) chmodSync(command, 0o755)
  },
  app: (root) =>
    mustRun(root, [...bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn'], 'Building the app failed. The bundler’s words are above.'),
}

/**
 * Installs and builds what is missing or stale; quick when nothing is.
 * @param {{ root?: string, parts?: string[], say?(line: string): void }} [options] `parts`: what to build, everything by default
 * @throws ToolFailed with the tool's output
 */
export async function setUp({ root = ROOT, parts = Object.keys(PARTS), say = sayOnStderr } = {}) {
  if (!dependenciesStale(root) && staleParts(root, parts).length === 0) return
  const release = await lock(join(root, 'dist', '.lock'), { waiting: () => say('waiting for another set-up of this folder to end') })
  const stop = (signal) => {
    stopTools()
    release()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  try {
    if (dependenciesStale(root)) await install(root, say)
    await Promise.all(staleParts(root, parts).map((part) => buildPart(root, part, say)))
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
    release()
  }
}

async function install(root, say) {
  say('installing packages (npm install); the first time this takes a while')
  // Not `npm ci`: it refuses a lockfile that lacks other platforms' optional packages, and takes the packages away from under
  // programs that run from this checkout. The lockfile's versions are installed either way, and it stays as it is.
  const options = ['--no-save', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  await mustRun(
    root,
    [...npmCommand(), 'install', ...options],
    'Installing the packages failed. npm’s words are above; a first start needs the network or a filled npm cache.',
  )
  stampDependencies(root)
}

async function buildPart(root, part, say) {
  say(PARTS[part].says)
  const hash = sourceHash(root, PARTS[part])
  stampPart(root, part, null)
  await BUILDERS[part](root)
  stampPart(root, part, hash)
}

/** Removes what was built from sources that are gone; the rest stays in place for programs that run from it just now. */
function removeOrphans(root, folder) {
  for (const entry of readdirSync(join(root, 'dist', folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (path === join('desktop', 'ui') || path === 'node_modules') continue
    if (entry.isDirectory()) removeOrphans(root, path)
    else {
      const source = path.replace(/(\.map)$/, '').replace(/\.(c?)js$/, '.$1ts')
      if (/\.c?js(\.map)?$/.test(path) && !existsSync(join(root, source))) rmSync(join(root, 'dist', path))
    }
  }
}

function sayOnStderr(line) {
  process.stderr.write(`optichat: ${line} …\n`)
}

/** Runs `work` for a command line: failures become the tool's output, a sentence and exit code 1. */
export async function orExit(work) {
  const old = nodeTooOld(process.versions.node)
  if (old) exit(old)
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error
    process.stderr.write(`${error.output.trimEnd()}\n`)
    exit(error.message)
  }
}

function exit(sentence) {
  process.stderr.write(`optichat: ${sentence}\n`)
  process.exit(1)
}
