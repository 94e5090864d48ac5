import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { simulate } from './simulate.ts'

/** Seeds run in every `npm test`, shared by two processes. */
const SEEDS = 2_000
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Runs seeds in a process of its own; what it says and how it ended. */
function run(...args: string[]): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', './test/support/typescript.mjs', 'test/simulation/run.ts', ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said }))
  })
}

describe('a simulated network of people', () => {
  it(`keeps every promise in ${SEEDS} runs of crashes, cuts and power failures`, async function () {
    this.timeout(600_000)
    const half = SEEDS / 2
    const ends = await Promise.all([run('--seeds', `${half}`), run('--seeds', `${half}`, '--from', `${half + 1}`)])
    for (const { code, said } of ends) {
      expect(code, said).to.equal(0)
      // Runs in which nothing was said would keep every promise, too.
      const acknowledged = Number(/(\d+) messages acknowledged\s*$/.exec(said)?.[1])
      expect(acknowledged).to.be.greaterThan(half * 10)
    }
  })

  it('runs exactly the same way for the same seed, and another way for another', async () => {
    const digests: string[] = []
    for (const seed of [11, 12, 13, 11, 12, 13]) digests.push((await simulate(seed, { trace: true })).digest)
    expect(digests.slice(3)).to.deep.equal(digests.slice(0, 3))
    expect(new Set(digests).size).to.equal(3)
  })

  it('replays a seed in another process', async () => {
    const { digest } = await simulate(17, { trace: true })
    const { code, said } = await run('--seed', '17')
    expect(code).to.equal(0)
    expect(said).to.contain(digest)
  })
})
