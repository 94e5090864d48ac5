/** What the app did, in a file a person can find and hand on: one line each with its time, at most two files of a megabyte. */
import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes after which a file is set aside as the older one. */
const FULL = 1_000_000

export interface LogFile {
  /** The folder it is in. */
  readonly folder: string
  /** A disk that does not take it loses the line, not the app. */
  write(line: string): void
}

export function openLogFile(profile: string, now: () => Date = () => new Date()): LogFile {
  const folder = join(profile, 'logs')
  const file = join(folder, 'optichat.log')
  return {
    folder,
    write(line) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 })
        if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > FULL) renameSync(file, join(folder, 'optichat.old.log'))
        appendFileSync(file, `${now().toISOString()} ${line}\n`, { mode: 0o600 })
      } catch (error) {
        process.stderr.write(`optichat: the log cannot be written: ${error instanceof Error ? error.message : error}\n`)
      }
    },
  }
}
