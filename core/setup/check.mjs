/** `npm run check`: format and lint, types, unused code, import boundaries, translations, side by side. Exit code 1 when one complains. */
import { pathToFileURL } from 'node:url'
import { orExit, ROOT, setUp } from './setup.mjs'
import { bin, runTool } from './tools.mjs'

const tsc = bin('typescript/bin/tsc')

/** What is checked, and by which command. */
const CHECKS = {
  'format and lint': [...bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '--colors=off'],
  types: [...tsc, '-p', '.', '--pretty', 'false'],
  'types of the app': [...tsc, '-p', 'desktop/ui', '--pretty', 'false'],
  'unused code': [...bin('knip/bin/knip.js'), '--no-progress', '--treat-config-hints-as-errors'],
}

/**
 * Runs all checks and prints what each found.
 * @returns {Promise<boolean>} whether all is well
 */
export async function check(root = ROOT) {
  const timed = async (name, run) => {
    const start = performance.now()
    const { code, output } = await run()
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    process.stdout.write(code === 0 ? `  ok      ${name} (${seconds} s)\n` : `  FAILED  ${name} (${seconds} s)\n${output.trimEnd()}\n`)
    return code === 0
  }
  const boundaries = async () => {
    const { checkBoundaries } = await import('./boundaries.mjs')
    const found = checkBoundaries(root)
    return { code: found.length === 0 ? 0 : 1, output: found.join('\n') }
  }
  const texts = async () => {
    const { checkTexts } = await import('./texts.mjs')
    const found = checkTexts(root)
    return { code: found.length === 0 ? 0 : 1, output: found.join('\n') }
  }
  const results = await Promise.all([
    timed('import boundaries', boundaries),
    timed('texts in every language', texts),
    ...Object.entries(CHECKS).map(([name, command]) => timed(name, () => runTool(root, command))),
  ])
  return results.every(Boolean)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await orExit(() => setUp({ parts: [] }))
  process.exitCode = (await check()) ? 0 : 1
}
