/** Which process does what with a transfer, so that two on one profile do not fetch the same one, and a dead one is noticed. */
import { randomUUID } from 'node:crypto'

/** The clients of this very process; a process may hold several. */
const here = new Set<string>()

/** A name for one client of this process: `PID:UUID`. */
export function newHolder(): string {
  const holder = `${process.pid}:${randomUUID()}`
  here.add(holder)
  return holder
}

export function releaseHolder(holder: string): void {
  here.delete(holder)
}

/** Whether the client of that name still runs. A process id that was given out anew looks alive; that lasts as long as it does. */
export function isAlive(holder: string): boolean {
  if (here.has(holder)) return true
  const pid = Number(holder.split(':')[0])
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: there, but somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
