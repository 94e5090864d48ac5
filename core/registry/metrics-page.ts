/** The page of metrics: each with the sentence that says what it is. */
import type { Context } from './context.ts'
import { histogramSamples, type Meter, metric } from './metrics.ts'

/** Lag of the event loop in seconds since the page was last asked for. */
export interface Lag {
  readonly median: number
  readonly p99: number
  readonly max: number
}

export interface PageParts {
  readonly context: Pick<Context, 'accounts' | 'sessions' | 'messages' | 'relays'>
  readonly meter: Meter
  readonly lag: Lag
  /** Seconds. */
  readonly uptime: number
}

/** Prometheus's text. */
export function metricsPage({ context, meter, lag, uptime }: PageParts): string {
  const { accounts, sessions, messages, relays } = context
  let users = 0
  let signedIn = 0
  for (const { sessions } of accounts.all()) {
    users++
    if (sessions.size > 0) signedIn++
  }
  const { rss, heapUsed } = process.memoryUsage()
  const { traffic } = meter
  const refused = [...meter.refused].map(([code, count]) => [count, { code }] as const)
  return [
    metric('up', 'gauge', 'Whether what is sent can be stored.', [[meter.trouble === null ? 1 : 0]]),
    metric('uptime_seconds', 'gauge', 'Seconds since the registry was ready.', [[uptime]]),
    metric('sessions', 'gauge', 'Connections of clients, signed in or not.', [[sessions.count]]),
    metric('users_signed_in', 'gauge', 'Users with at least one signed-in session.', [[signedIn]]),
    metric('users', 'gauge', 'Accounts.', [[users]]),
    metric('log_head', 'gauge', 'Position of the newest message.', [[messages.head]]),
    metric('messages_total', 'counter', 'Messages stored since the start.', [[meter.messages]]),
    metric('connections_total', 'counter', 'Connections taken since the start.', [[meter.connections]]),
    metric('connections_refused_total', 'counter', 'Connections that spoke something else than OptiChat.', [[meter.connectionsRefused]]),
    metric('frames_total', 'counter', 'Frames from (in) and to (out) clients.', [
      [traffic.framesIn, { direction: 'in' }],
      [traffic.framesOut, { direction: 'out' }],
    ]),
    metric('bytes_total', 'counter', 'Bytes of these frames, before TLS.', [
      [traffic.bytesIn, { direction: 'in' }],
      [traffic.bytesOut, { direction: 'out' }],
    ]),
    metric('relays', 'gauge', 'Transfers that are relayed now.', [[relays.count]]),
    metric('relayed_bytes_total', 'counter', 'Bytes of transfers passed on, both directions.', [[relays.bytes]]),
    metric('refused_total', 'counter', 'Requests answered with an error, by its code.', refused),
    metric('commits_total', 'counter', 'Transactions committed, each with one fsync.', [[meter.commits]]),
    metric('commit_rows', 'histogram', 'Operations that were committed together.', histogramSamples(meter.commitRows)),
    metric('commit_seconds', 'histogram', 'Seconds that a commit took, its fsync included.', histogramSamples(meter.commitSeconds)),
    metric('event_loop_lag_seconds', 'gauge', 'How late the event loop was since the last look: median, 99th percentile, worst.', [
      [lag.median, { quantile: '0.5' }],
      [lag.p99, { quantile: '0.99' }],
      [lag.max, { quantile: '1' }],
    ]),
    metric('memory_bytes', 'gauge', 'Memory of the process: all that is resident, and of it the heap in use.', [
      [rss, { kind: 'resident' }],
      [heapUsed, { kind: 'heap' }],
    ]),
  ].join('')
}
