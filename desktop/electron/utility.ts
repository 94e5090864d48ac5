/** A program of ours in one of Electron's utility processes, so that the app itself need not be startable as plain Node. */
import type { Readable } from 'node:stream'
import { utilityProcess } from 'electron'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { RunProgram } from '../host/program.ts'

export const runInUtility: RunProgram = (path, args) => {
  const child = utilityProcess.fork(path, [...args], { stdio: 'pipe', serviceName: 'OptiChat registry' })
  const { stdout, stderr } = child
  if (!stdout || !stderr) throw new OptiChatError('internal', 'a program has no output')
  return {
    stdout: stdout as Readable,
    stderr: stderr as Readable,
    ended: new Promise((resolve) => child.once('exit', (code) => resolve(`exit code ${code}`))),
    stop: () => child.postMessage('stop'),
    kill: () => child.kill(),
  }
}
