/** Electron's program: where it is, how it is fetched, how the app is run in it. Nothing here imports `electron`, which would fetch it. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../host/installation.ts'

const PACKAGE = join(root, 'node_modules', 'electron')
/** Says for which version fetching failed, so that a machine without internet waits for it once only. */
const FAILED = join(root, 'node_modules', '.cache', 'optichat', 'electron-failed')
/** Milliseconds Electron's own install step may take: some 110 MB. */
const FETCH = 90_000

/** Electron's program, fetched by its own install step if need be; null where it cannot be had. */
export async function findElectron(say: (line: string) => void): Promise<string | null> {
  const there = installedElectron()
  if (there) return there
  const version = packageVersion()
  if (!version || process.env.CI || failedBefore() === version) return null
  say(`fetching Electron ${version}, once; if that fails the app opens in a browser window`)
  const fetched = (await fetchElectron()) ? installedElectron() : null
  if (fetched) return fetched
  mkdirSync(dirname(FAILED), { recursive: true })
  writeFileSync(FAILED, version)
  say(`Electron could not be fetched; it is not tried again unless ${FAILED} is removed`)
  return null
}

/** Where the electron package says its program is, if that is there. */
export function installedElectron(folder = PACKAGE, env: NodeJS.ProcessEnv = process.env): string | null {
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : null
  const override = env.ELECTRON_OVERRIDE_DIST_PATH
  const program = override ? join(override, name ?? 'electron') : name && join(folder, 'dist', name)
  return program && existsSync(program) ? program : null
}

/** Runs the built app in it and resolves with its exit code. */
export function runInElectron(program: string, args: readonly string[], say: (line: string) => void): Promise<number> {
  say('opening the app in Electron')
  // Chromium refuses to run as root with its sandbox; root on a desktop is a container or a test machine.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  const main = fileURLToPath(new URL('./main.js', import.meta.url))
  const child = spawn(program, [...(asRoot ? ['--no-sandbox'] : []), main, ...args], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}

function packageVersion(): string | null {
  const file = join(PACKAGE, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : null
}

const failedBefore = () => (existsSync(FAILED) ? readFileSync(FAILED, 'utf8') : null)

function fetchElectron(): Promise<boolean> {
  const child = spawn(process.execPath, [join(PACKAGE, 'install.js')], { stdio: 'ignore', timeout: FETCH })
  const stop = () => {
    child.kill()
    process.exit(130)
  }
  process.once('SIGINT', stop).once('SIGTERM', stop)
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      resolve(code === 0)
    })
  })
}
