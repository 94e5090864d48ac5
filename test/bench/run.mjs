// `npm run bench | bench:kill | bench:load | bench:discovery | bench:transfer | bench:relay | bench:ui [-- OPTIONS]`: sets the checkout up, builds it, and runs that program of this folder.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { orExit, setUp } from '../../core/setup/setup.mjs'

const PROGRAMS = ['bench', 'kill', 'load', 'discovery', 'transfer', 'relay', 'ui']
const [name, ...options] = process.argv.slice(2)
const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url))

await orExit(() => setUp())
// A process of its own, as only what a process was started with also holds for its worker threads, whose sources are TypeScript too.
const script = pathOf(`./${PROGRAMS.find((one) => one === name) ?? 'bench'}.script.ts`)
const program = spawn(process.execPath, ['--import', pathOf('../support/typescript.mjs'), script, ...options], { stdio: 'inherit' })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => program.kill(signal))
program.on('close', (code) => {
  process.exitCode = code ?? 1
})
