import { readdirSync, readFileSync } from 'node:fs'

/** Seconds of processor time of all processes below this one, those included that have ended and were waited for. Linux only: hundredths of a second. */
export function cpuBelow(root: number): number {
  const stats = new Map<number, { parent: number; own: number; children: number }>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8').replace(/.*\) /, '').split(' ').map(Number)
      const [parent = 0, own = 0, children = 0] = [fields[1], (fields[11] ?? 0) + (fields[12] ?? 0), (fields[13] ?? 0) + (fields[14] ?? 0)]
      stats.set(Number(name), { parent, own, children })
    } catch {
      /** It ended meanwhile: its parent has its time. */
    }
  }
  let ticks = stats.get(root)?.children ?? 0
  const isBelow = (pid: number): boolean => {
    for (let at = stats.get(pid)?.parent ?? 0; at > 1; at = stats.get(at)?.parent ?? 0) if (at === root) return true
    return false
  }
  for (const [pid, { own, children }] of stats) if (isBelow(pid)) ticks += own + children
  return ticks / 100
}
