/** What a process uses, by Linux's accounting: wall time on a shared machine lies, processor time less so. */
import { readFileSync } from 'node:fs'

export interface Usage {
  /** Resident memory, MiB. */
  readonly memory: number
  /** Seconds of processor time since the start, all threads, those that have ended included. */
  readonly cpu: number
}

/** null where the system doesn't tell in Linux's way, and once the process is gone. */
export function usageOf(pid: number | undefined): Usage | null {
  try {
    const memory = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
    // Fields 14 and 15 of proc(5), counted after the name in brackets, in hundredths of a second.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ')
    return { memory, cpu: (Number(fields[11]) + Number(fields[12])) / 100 }
  } catch {
    return null
  }
}
