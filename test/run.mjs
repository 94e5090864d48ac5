/**
 * `npm test [-- MOCHA ARGUMENTS]`: sets the checkout up, checks it, gets what the tests need, runs them. The last line is
 * `N passed, N failed` (`, N skipped`). With CI=true nothing may be left out. With arguments (`npm test -- test/registry`) only those tests run.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from '../core/setup/check.mjs'
import { orExit, ROOT, setUp } from '../core/setup/setup.mjs'
import { getMissing } from './setup/machine.mjs'

/** Milliseconds the test process may live on after its last test: longer means that a test left something running. */
const LINGER = 60_000

const strict = process.env.CI === 'true'
const args = process.argv.slice(2)
const count = { passed: 0, failed: 0, skipped: 0 }
const say = (line) => process.stdout.write(`${line}\n`)

await orExit(() => setUp())
if (args.length === 0) {
  say('checks')
  if (await check()) count.passed++
  else count.failed++
}
for (const { program, leavesOut } of await getMissing(say)) {
  say(`${program} is missing, and with it are left out: ${leavesOut}`)
  if (strict) count.failed++
}
const selected = args.some((arg) => !arg.startsWith('-'))
// Side by side, and one more than there are processors: most wait for a network or a disk most of the time.
const all = ['--parallel', '--jobs', String(availableParallelism() + 1), 'test/**/*.test.ts']
const tests = await runMocha(selected ? args : [...args, ...all])
count.passed += tests.passed
count.failed += tests.failed
count.skipped += tests.skipped
if (strict && count.skipped > 0) {
  say(`With CI=true nothing may be left out, but ${count.skipped} were.`)
  count.failed += count.skipped
}
say('')
say(`${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`)
process.exitCode = count.failed > 0 ? 1 : 0

/** Runs mocha in a process of its own; one that ends badly without failed tests counts as one failure. */
function runMocha(specs) {
  const folder = mkdtempSync(join(tmpdir(), 'optichat-tests-'))
  const result = join(folder, 'result.json')
  return new Promise((resolve) => {
    const mocha = [join(ROOT, 'node_modules/mocha/bin/mocha.js'), '--reporter', './test/support/reporter.mjs', ...specs]
    const child = spawn(process.execPath, mocha, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, OPTICHAT_TEST_RESULT: result } })
    const stop = (signal) => child.kill(signal)
    process.on('SIGINT', stop).on('SIGTERM', stop)
    let lingering
    const watch = setInterval(() => {
      if (!existsSync(result) || lingering) return
      lingering = setTimeout(() => {
        say(`The tests ended ${LINGER / 1000} s ago but something they started still runs; ending it.`)
        child.kill('SIGKILL')
      }, LINGER)
    }, 500)
    child.on('close', (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop)
      clearInterval(watch)
      clearTimeout(lingering)
      const counted = existsSync(result) ? JSON.parse(readFileSync(result, 'utf8')) : { passed: 0, failed: 0, skipped: 0 }
      rmSync(folder, { recursive: true })
      if (code !== 0 && counted.failed === 0) {
        say(`The test process ended with ${signal ?? `code ${code}`}.`)
        counted.failed = 1
      }
      resolve(counted)
    })
  })
}
