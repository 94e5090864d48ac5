/**
 * `npm run package`: the app as something to install, into dist-packages/. Its arguments are the builder's (`--linux`, `--win`, `--mac`).
 * `npm run package -- --check` packs around a stand-in for Electron, without a download of it, and looks at what would be installed.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { orExit, ROOT, setUp } from './setup.mjs'
import { mustRun, npmCommand } from './tools.mjs'

const VERSION = '26.17.0'
/** Comes with the builder. */
const ASAR = '@electron/asar'
const BUILDER = 'node_modules/electron-builder/cli.js'
const CONFIG = 'core/setup/electron-builder.mjs'
const CONFIG_URL = pathToFileURL(join(ROOT, CONFIG)).href
const FAILED = 'Packing failed. The words of the builder are above.'

/** The builder's program: one that is named, else fetched once into the packages' cache folder. */
async function builder() {
  const folder = process.env.OPTICHAT_BUILDER || join(ROOT, 'node_modules', '.cache', 'optichat', `electron-builder-${VERSION}`)
  if (!existsSync(join(folder, 'node_modules', 'electron-builder'))) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{}')
    const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder, `electron-builder@${VERSION}`]
    await mustRun(folder, [...npmCommand(), ...install], 'The builder could not be fetched. npm’s words are above.')
  }
  return folder
}

/** Each sentence says what is wrong with the packed app. */
function looked(list) {
  const there = (path) => list.includes(path)
  const wanted = ['/package.json', '/dist/desktop/electron/main.js', '/dist/desktop/electron/preload.cjs', '/dist/desktop/ui/index.html']
  const needed = [
    '/dist/desktop/host/registry-child.js',
    '/dist/core/cli/main.js',
    '/dist/desktop/ui/tray.png',
    '/node_modules/ws/package.json',
  ]
  const strange = list.filter((path) =>
    /^\/(test|core|discovery|desktop|\.git|dist-packages)\/|\.(map|ts|cts)$|^\/node_modules\/(electron|vite|mocha|typescript)\//.test(path),
  )
  return [
    ...[...wanted, ...needed].filter((path) => !there(path)).map((path) => `${path} is missing`),
    ...strange.slice(0, 20).map((path) => `${path} has no business there`),
  ]
}

/** Packs for Linux around an empty program, and answers what is wrong with it. */
async function check(folder) {
  const work = mkdtempSync(join(tmpdir(), 'optichat-package-'))
  try {
    const electron = join(work, 'electron')
    mkdirSync(join(electron, 'resources'), { recursive: true })
    writeFileSync(join(electron, 'electron'), '')
    // The stand-in has no fuses that could be set.
    const own = { electronDist: electron, electronFuses: null, directories: { output: join(work, 'out') } }
    const config = join(work, 'config.mjs')
    writeFileSync(config, `import config from ${JSON.stringify(CONFIG_URL)}\nexport default { ...config, ...${JSON.stringify(own)} }\n`)
    await mustRun(ROOT, [process.execPath, join(folder, BUILDER), '--config', config, '--publish', 'never', '--linux', 'dir'], FAILED)
    const require = createRequire(join(folder, 'node_modules/electron-builder/package.json'))
    const asar = await import(require.resolve(ASAR))
    const archive = join(work, 'out/linux-unpacked/resources/app.asar')
    const list = asar.listPackage(archive).map((path) => path.replaceAll('\\', '/'))
    const { main } = JSON.parse(asar.extractFile(archive, 'package.json').toString())
    const bytes = readFileSync(archive).length
    process.stdout.write(`${list.length} files, ${(bytes / 1e6).toFixed(1)} MB, begins at ${main}\n`)
    return [...looked(list), ...(main === 'dist/desktop/electron/main.js' ? [] : [`it begins at ${main}`])]
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

await orExit(async () => {
  await setUp()
  const folder = await builder()
  const args = process.argv.slice(2)
  if (!args.includes('--check')) {
    await mustRun(ROOT, [process.execPath, join(folder, BUILDER), '--config', CONFIG, '--publish', 'never', ...args], FAILED)
    return
  }
  const wrong = await check(folder)
  for (const sentence of wrong) process.stderr.write(`${sentence}\n`)
  if (wrong.length > 0) process.exitCode = 1
})
