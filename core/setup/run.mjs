/**
 * `node core/setup/run.mjs core/cli/main.js ARGS…`: sets the checkout up, then is that program of dist/. It runs in this very
 * process, so that its streams, signals and exit code are passed on by nobody.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { orExit, ROOT, setUp } from './setup.mjs'

const [program, ...args] = process.argv.slice(2)
if (program === undefined) {
  process.stderr.write('usage: node core/setup/run.mjs PROGRAM-IN-DIST ARGS…\n')
  process.exit(2)
}
// The command needs no app: it is there, and quick, also where only a terminal is.
await orExit(() => setUp(program.startsWith('desktop/') ? {} : { parts: ['programs'] }))
endWithShell()
const path = join(ROOT, 'dist', program)
process.argv = [process.execPath, path, ...args]
await import(pathToFileURL(path).href)

/** npm gives a signal to the shell between us, which dies of it and passes nothing on: when it is gone, so is whoever wanted us. */
function endWithShell() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  watch.unref()
}
