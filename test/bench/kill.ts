/** kill -9 in mid-load, round after round, against the real registry process and its disk. */
import { cpSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openDatabase } from '../../core/sqlite.ts'
import { CalledProcess } from './calls.ts'
import { prepareRegistry } from './prepared.ts'
import { RegistryProcess } from './registry-process.ts'
import type { Acknowledged, SenderCalls } from './senders.script.ts'

export interface KillOptions {
  readonly rounds: number
  /** People who send at once. */
  readonly senders: number
  /** Messages stored before the first round. */
  readonly stored: number
  readonly random: () => number
  say(line: string): void
}

export interface KillReport {
  readonly rounds: number
  /** Of those, kills while it was starting. */
  readonly killedAtStart: number
  readonly acknowledged: number
  /** Requests under way when it was killed, of all rounds. */
  readonly unanswered: number
  readonly stored: number
  /** Milliseconds from the start after a kill to `ready`, each. */
  readonly ready: number[]
  /** Milliseconds of processor time in that, where the system tells: what remains on a machine that has nothing else to do. */
  readonly readyCpu: number[]
  readonly problems: string[]
}

const FILES = ['registry.sqlite', 'registry.sqlite-wal']

export async function killRounds(options: KillOptions): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'optichat-kill-'))
  const data = join(folder, 'registry')
  const senders = new CalledProcess<SenderCalls>(new URL('./senders.script.ts', import.meta.url))
  let registry: RegistryProcess | null = null
  const report = { rounds: options.rounds, killedAtStart: 0, acknowledged: 0, unanswered: 0, stored: 0 }
  const [ready, readyCpu, problems]: [number[], number[], string[]] = [[], [], []]
  const back = async (registry: RegistryProcess) => {
    const at = await registry.ready
    const usage = registry.usage()
    ready.push(registry.readyAfter)
    if (usage) readyCpu.push(usage.cpu * 1000)
    return at
  }
  try {
    options.say(`storing ${options.stored} messages`)
    const { people, head } = await prepareRegistry({ data, people: options.senders, messages: options.stored })
    await senders.call('start', { people, head })
    let port = 0
    for (let round = 1; round <= options.rounds; round++) {
      // Also a registry that is just recovering from the last one may be killed.
      if (round > 1 && options.random() < 0.2) {
        const early = new RegistryProcess(data, port)
        registry = early
        await pause(options.random() * 600)
        await early.end('SIGKILL')
        report.killedAtStart++
      }
      registry = new RegistryProcess(data, port)
      const at = await (round > 1 ? back(registry) : registry.ready)
      port = at.port
      const under = senders.call('round', { registry: at })
      await senders.call('flowing', { messages: 200 })
      await pause(options.random() * 400)
      await registry.end('SIGKILL')
      const { acknowledged, unanswered } = await under
      report.unanswered += unanswered
      const { found, stored } = inspect(data, join(folder, 'copy'), acknowledged)
      report.stored = stored
      problems.push(...found.map((problem) => `round ${round}: ${problem}`))
      const after = round > 1 ? `, ready after ${registry.readyAfter.toFixed(0)} ms` : ''
      options.say(`round ${round}: ${acknowledged.length} acknowledged, ${unanswered} under way, ${stored} stored${after}`)
    }
    registry = new RegistryProcess(data, port)
    const at = await back(registry)
    const { acknowledged, problems: seen } = await senders.call('verify', { registry: at })
    report.acknowledged = acknowledged
    problems.push(...seen)
    await registry.end('SIGTERM')
    const log = statSync(join(data, 'registry.sqlite-wal'), { throwIfNoEntry: false })
    if (log && log.size > 0) problems.push('an orderly end left something in the write-ahead log')
    return { ...report, ready, readyCpu, problems }
  } finally {
    await senders.end()
    await registry?.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Looks at what a killed registry left on disk, on a copy, so that its own recovery is the next to touch it. */
function inspect(data: string, copy: string, acknowledged: readonly Acknowledged[]): { found: string[]; stored: number } {
  rmSync(copy, { recursive: true, force: true })
  for (const file of FILES) if (existsSync(join(data, file))) cpSync(join(data, file), join(copy, file))
  const database = openDatabase(join(copy, 'registry.sqlite'))
  try {
    const found: string[] = []
    const { integrity_check: integrity } = database.prepare('PRAGMA integrity_check').get() as { integrity_check: string }
    if (integrity !== 'ok') found.push(`integrity_check: ${integrity}`)
    if (database.prepare('PRAGMA foreign_key_check').all().length > 0) found.push('foreign_key_check found rows')
    const find = database.prepare('SELECT position FROM messages WHERE id = ?')
    for (const { id, position } of acknowledged) {
      const row = find.get(id) as { position: number } | undefined
      if (!row) found.push(`${id} was acknowledged at ${position} and is not there`)
      else if (row.position !== position) found.push(`${id} was acknowledged at ${position} and is at ${row.position}`)
    }
    const { stored } = database.prepare('SELECT count(*) AS stored FROM messages').get() as { stored: number }
    return { found, stored }
  } finally {
    database.close()
  }
}
