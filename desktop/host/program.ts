/** A program of ours in a process of its own, by the little that is needed of it. */
import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { fromSource } from './installation.ts'

export interface Program {
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves, when it has ended and all it printed was read, with how; rejects when it could not be started. */
  readonly ended: Promise<string>
  /** Asks it to end in good order. One that is gone cannot be asked, and need not be. */
  stop(): void
  /** Ends it at once. */
  kill(): void
}

export type RunProgram = (path: string, args: readonly string[]) => Program

/** In a process of Node's. */
export const runInNode: RunProgram = (path, args) => {
  // From source this very process was told how to read TypeScript; its child must be too.
  const loader = fromSource ? process.execArgv : []
  const child = spawn(process.execPath, [...loader, path, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C reaches a whole terminal group; the app ends what it started by itself, in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new OptiChatError('internal', 'a program has no output')
  return {
    stdout,
    stderr,
    ended: new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    }),
    stop() {
      if (child.connected) child.send('stop', () => undefined)
    },
    kill: () => child.kill('SIGKILL'),
  }
}
