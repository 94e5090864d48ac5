/**
 * Typebox comes as 700 modules, which took each program and each of its workers some 0.3 s of a slow machine to load. Here it becomes
 * a few files in dist/node_modules, where what is built finds it first; the packed package, which has no such folder, uses the original.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'

const PACKAGE = 'typebox'

const [root = '.'] = process.argv.slice(2)
const { name, version, license, exports } = JSON.parse(readFileSync(join(root, 'node_modules', PACKAGE, 'package.json'), 'utf8'))
const folder = join(root, 'dist', 'node_modules', PACKAGE)
const entries = Object.keys(exports).map((path) => ({ path, file: path === '.' ? 'index' : path.slice(2) }))
const record = join(folder, 'package.json')

if (!existsSync(record) || JSON.parse(readFileSync(record, 'utf8')).version !== version) {
  const { build } = await import('vite')
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(entries.map(({ path, file }) => [file, posix.join(PACKAGE, path)])),
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'parts/[name]-[hash].mjs' },
      },
    },
  })

  // Last: it says that the others are whole.
  const targets = Object.fromEntries(entries.map(({ path, file }) => [path, `./${file}.mjs`]))
  writeFileSync(record, JSON.stringify({ name, version, license, private: true, exports: targets }))
}
