/** Other programs that bring files from here to here, as the bench meets them: each with a server of its own on loopback, if it needs one. */
import { execFileSync, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { until } from '../../support/wait.ts'

export interface Carrier {
  readonly name: string
  /** Where it is measured beside us: with a large file, one of 256 MiB, many small ones. */
  readonly takes: readonly ('large' | 'middle' | 'many')[]
  /** Brings a file or folder into a folder. Syncing comes after it, the same for all. */
  bring(source: string, into: string): Promise<void>
}

/** Peers that share a server, and what ends that. `missing`: the program that is not installed here. */
export interface CarrierGroup {
  readonly peers: readonly Carrier[]
  close(): void
}

export const hasProgram = (name: string): boolean => {
  try {
    execFileSync('which', [name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs a program to its end; its errors are the bench's. */
export function run(
  program: string,
  args: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<void> {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'], env: { ...process.env, ...options.env } })
  let complaints = ''
  child.stderr.on('data', (text) => {
    complaints += text
  })
  child.stdin.end(options.input ?? '')
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${complaints}`))))
  })
}

/** Starts a server and waits for its port. */
export async function serve(program: string, args: readonly string[], port: number): Promise<{ close(): void }> {
  const child = spawn(program, args, { stdio: 'ignore' })
  await until(`${program} listens`, () => isOpen(port), 15_000)
  return { close: () => void child.kill() }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
