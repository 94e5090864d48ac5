/** What is counted of a running registry, and how it is told: Prometheus's text format 0.0.4. */
import type { Link, LinkHandlers, Manner } from '../link/link.ts'
import { Traffic } from '../link/traffic.ts'
import { type ErrorCode, isErrorCode } from '../protocol/errors.ts'

/** Upper bounds of the buckets, in seconds: from a cached write to a disk in trouble. */
const COMMIT_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
/** Operations in one commit. */
const ROW_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000]

/** What came of one batch in the store. */
export interface CommitReport {
  /** Operations in it. */
  readonly rows: number
  /** Transactions committed: one, unless it failed and each was tried by itself. */
  readonly commits: number
  /** Messages that are in the log since. */
  readonly messages: number
  readonly seconds: number
  /** Whether something was written. */
  readonly wrote: boolean
  /** Why the disk did not take something. */
  readonly failed: ErrorCode | null
}

/** A cumulative histogram. */
export class Histogram {
  readonly bounds: readonly number[]
  readonly #counts: number[]
  count = 0
  sum = 0

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  observe(value: number): void {
    this.count++
    this.sum += value
    const index = this.bounds.findIndex((bound) => value <= bound)
    if (index >= 0) this.#counts[index] = (this.#counts[index] ?? 0) + 1
  }

  /** How many were at most each bound. */
  cumulative(): number[] {
    let sum = 0
    return this.#counts.map((count) => {
      sum += count
      return sum
    })
  }
}

/** The counters of one registry since its start. */
export class Meter {
  readonly refused = new Map<ErrorCode, number>()
  connections = 0
  connectionsRefused = 0
  readonly traffic = new Traffic()
  messages = 0
  commits = 0
  readonly commitSeconds = new Histogram(COMMIT_BUCKETS)
  readonly commitRows = new Histogram(ROW_BUCKETS)
  #trouble: ErrorCode | null = null

  /** Why nothing can be stored now; null while all is well. A full disk is over with the next write that succeeds. */
  get trouble(): ErrorCode | null {
    return this.#trouble
  }

  committed({ rows, commits, messages, seconds, wrote, failed }: CommitReport): void {
    this.messages += messages
    this.commits += commits
    this.commitRows.observe(rows)
    this.commitSeconds.observe(seconds)
    if (failed !== null) this.broken(failed)
    else if (wrote && this.#trouble === 'registry-full') this.#trouble = null
  }

  /** @param frame what may be an error */
  refusal(frame: string): void {
    const code = REFUSAL.exec(frame)?.[1]
    if (code !== undefined && isErrorCode(code)) this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
  }

  broken(code: ErrorCode): void {
    if (this.#trouble === null || this.#trouble === 'registry-full') this.#trouble = code
  }
}

const LETTER_R = 114

/** An answer that is an error, as `formatError` writes it. */
const REFUSAL = /^\{"error":"([a-z-]{1,40})"/

/** The same link, the errors among its answers counted: all of a session's pass here, so that no handler has to think of it. */
export class Measured implements Link {
  readonly remoteAddress: string
  readonly peerFingerprint: string | null
  readonly #link: Link
  readonly #meter: Meter

  constructor(link: Link, meter: Meter) {
    meter.connections++
    this.#link = link
    this.#meter = meter
    this.remoteAddress = link.remoteAddress
    this.peerFingerprint = link.peerFingerprint
  }

  get buffered(): number {
    return this.#link.buffered
  }

  exportKey(label: string): Buffer {
    return this.#link.exportKey(label)
  }

  send(frame: string, manner?: Manner): void {
    // `{"er`: as nothing else begins.
    if (frame.charCodeAt(3) === LETTER_R) this.#meter.refusal(frame)
    this.#link.send(frame, manner)
  }

  start(handlers: LinkHandlers): void {
    this.#link.start(handlers)
  }

  close(reason: string): void {
    this.#link.close(reason)
  }

  destroy(): void {
    this.#link.destroy()
  }
}

export type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>, suffix?: string]

/** One metric with its help, its type and its samples. */
export function metric(name: string, type: 'counter' | 'gauge' | 'histogram', help: string, samples: readonly Sample[]): string {
  const rows = samples.map(([value, labels = {}, suffix = '']) => {
    const pairs = Object.entries(labels).map(
      ([key, text]) => `${key}="${text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
    )
    return `optichat_${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`
  })
  return [`# HELP optichat_${name} ${help}`, `# TYPE optichat_${name} ${type}`, ...rows, ''].join('\n')
}

export function histogramSamples(histogram: Histogram): Sample[] {
  const counts = histogram.cumulative()
  return [
    ...histogram.bounds.map((bound, index): Sample => [counts[index] ?? 0, { le: String(bound) }, '_bucket']),
    [histogram.count, { le: '+Inf' }, '_bucket'],
    [histogram.sum, {}, '_sum'],
    [histogram.count, {}, '_count'],
  ]
}
