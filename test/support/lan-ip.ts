/** The system commands under the virtual LAN, the names of its namespaces, and what happens to those of runs that were cut off. */
import { execFile, execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const PREFIX = 'optichat'

/** Runs one command with root's tools; rejects with what it printed. */
export function command(name: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(name, args, { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${name} ${args.join(' ')}: ${stderr.trim() || error.message}`))
      else resolve(stdout)
    })
    if (input !== undefined) {
      child.stdin?.on('error', reject)
      child.stdin?.end(input)
    }
  })
}

/** `ip` inside a namespace, a line of arguments for each change; they are done in one go. */
export async function ipIn(namespace: string, lines: readonly string[]): Promise<void> {
  await command('ip', ['-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`)
}

/** When a process began, in the kernel's ticks: with its number that is a name no later process has. Null: no such process. */
function startOf(pid: number | 'self'): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

let labs = 0

/** The first part of all of a new lab's namespace names; no other lab or process has it. */
export function labPrefix(): string {
  labs += 1
  return `${PREFIX}-${process.pid}-${startOf('self')}-${labs}`
}

function namespaces(): string[] {
  try {
    return readdirSync('/run/netns')
  } catch {
    return []
  }
}

/** The namespaces whose names begin so. */
export function namespacesOf(prefix: string): string[] {
  return namespaces().filter((name) => name.startsWith(`${prefix}-`))
}

/** Labs of test runs that ended without tidying up (killed, power cut) are taken down by the next one. */
export async function clearStale(): Promise<void> {
  for (const name of namespacesOf(PREFIX)) {
    const [, pid, start] = name.split('-')
    if (startOf(Number(pid)) !== start) await removeNamespace(name)
  }
}

async function pidsIn(namespace: string): Promise<number[]> {
  const text = await command('ip', ['netns', 'pids', namespace]).catch(() => '')
  return text.split('\n').filter(Boolean).map(Number)
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it ended by itself meanwhile
    }
  }
}

/** Ends what runs inside, politely for a second and then for good, and takes the namespace away with its interfaces. */
export async function removeNamespace(namespace: string): Promise<void> {
  for (let round = 0; round < 40; round++) {
    const pids = await pidsIn(namespace)
    if (pids.length === 0) break
    signal(pids, round < 20 ? 'SIGTERM' : 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await command('ip', ['netns', 'del', namespace]).catch((error: unknown) => {
    if (namespaces().includes(namespace)) throw error // else another run has cleared the same stale lab
  })
}

/** The same at once and without waiting, for a process that is about to exit. */
export function removeNamespaceNow(namespace: string): void {
  const text = execFileSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8' })
  signal(text.split('\n').filter(Boolean).map(Number), 'SIGKILL')
  execFileSync('ip', ['netns', 'del', namespace])
}

/** Tries for real whether this machine lets us make a namespace; the answer says why not. */
export function tryNamespace(): string | null {
  const name = `${labPrefix()}-probe`
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' })
    execFileSync('ip', ['-n', name, 'link', 'add', 'br0', 'type', 'bridge'], { stdio: 'pipe' })
    return null
  } catch (error) {
    return `network namespaces cannot be made here: ${error instanceof Error ? error.message.trim() : String(error)}`
  } finally {
    if (namespaces().includes(name)) execFileSync('ip', ['netns', 'del', name], { stdio: 'pipe' })
  }
}
