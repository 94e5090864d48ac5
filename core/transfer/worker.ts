/** The transfer engine's thread: takes commands in order, reports what happens. What it cannot handle ends it, loudly: see start.ts. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../protocol/clock.ts'
import { asOptiChatError } from '../protocol/errors.ts'
import { Host } from './host.ts'
import type { Command, EngineEvent, Report, WorkerSetup } from './thread.ts'

const port = parentPort
if (!port) throw new Error('worker.ts runs in a worker only')
const report = (what: Report) => port.postMessage(what)

const { identity, host: address, port: wanted, cap } = workerData as WorkerSetup

try {
  const host = await Host.start({
    identity,
    host: address,
    port: wanted,
    clock: systemClock,
    emit: (event, ...args) => report({ say: 'event', what: { event, args } as EngineEvent }),
  })
  host.cap(cap)
  port.on('message', (command: Command) => run(host, command))
  report({ say: 'ready', port: host.port })
} catch (error) {
  const { code, about } = asOptiChatError(error)
  report({ say: 'refused', code, about })
}

function run(host: Host, command: Command): void {
  if (command.do === 'serve') {
    answered(command.n, async () => report({ say: 'served', n: command.n, summary: await host.serve(command.transfer, command.paths) }))
  } else if (command.do === 'stop') {
    answered(command.n, async () => {
      await host.stop(command.transfer, command)
      report({ say: 'stopped', n: command.n })
    })
  } else if (command.do === 'unserve') host.unserve(command.transfer)
  else if (command.do === 'admit') host.admit(command.ticket)
  else if (command.do === 'dialBack') host.dialBack(command.ticket)
  else if (command.do === 'relay') host.relay(command.call)
  else if (command.do === 'cap') host.cap(command.caps)
  else if (command.do === 'nudge') host.nudge()
  else if (command.do === 'fetch') void host.fetch(command)
  else void host.close().then(() => port?.close())
}

async function answered(n: number, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { code, about } = asOptiChatError(error)
    report({ say: 'failed', n, code, about })
  }
}
