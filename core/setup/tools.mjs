/** Runs the tools of the set-up: quiet when all is well, their whole output when not. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** A tool that failed: the sentence, and what the tool printed. */
export class ToolFailed extends Error {
  constructor(sentence, output) {
    super(sentence)
    this.name = 'ToolFailed'
    this.output = output
  }
}

const running = new Set()

/** Ends every tool that still runs. */
export function stopTools() {
  for (const child of running) child.kill()
}

/**
 * @param {string} root where it runs
 * @param {string[]} command program and arguments
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, output: string }>} code 127 when the program is not there
 */
export function runTool(root, [program, ...args], { env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
    running.add(child)
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    const end = (code, extra = '') => {
      running.delete(child)
      resolve({ code, output: Buffer.concat(chunks).toString() + extra })
    }
    child.on('error', (error) => end(127, `${error.message}\n`))
    child.on('close', (code, signal) => end(code ?? 1, signal ? `ended by ${signal}\n` : ''))
  })
}

/** Runs a tool that must succeed. Rejects with ToolFailed and `sentence`. */
export async function mustRun(root, command, sentence, options) {
  const { code, output } = await runTool(root, command, options)
  if (code !== 0) throw new ToolFailed(sentence, output)
}

/** The npm that runs us, or the one that came with this Node.js, or the one in the PATH. */
export function npmCommand(env = process.env) {
  const beside = join(process.execPath, '..', '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js')
  const besideOnWindows = join(process.execPath, '..', 'node_modules', 'npm', 'bin', 'npm-cli.js')
  const script = [env.npm_execpath, beside, besideOnWindows].find((path) => path?.endsWith('npm-cli.js') && existsSync(path))
  return script ? [process.execPath, script] : ['npm']
}

/** A package's own command line, run by this Node.js. */
export const bin = (path) => [process.execPath, join('node_modules', path)]
