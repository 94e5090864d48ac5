/** `/metrics` and `/healthz` over HTTP, for this machine only. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { OptiChatError } from '../protocol/errors.ts'
import type { Context } from './context.ts'
import type { Meter } from './metrics.ts'
import { type Lag, metricsPage } from './metrics-page.ts'

/** Milliseconds between two looks at the event loop. */
const LAG_RESOLUTION = 10
/** Milliseconds in which a request must have come: it is a line from this machine. */
const REQUEST_TIMEOUT = 5_000
/** Connections at once: a scraper and some people. */
const MAX_CONNECTIONS = 20

export interface MetricsServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Serves on 127.0.0.1. The Host header must name this machine, so that no web page reads it by way of a name of its own (DNS rebinding).
 * @param port 0 takes any free one
 * @throws OptiChatError `port-taken`
 */
export async function serveMetrics(port: number, context: Context, meter: Meter): Promise<MetricsServer> {
  const start = context.clock.elapsed()
  const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION })
  delay.enable()
  // The histogram holds the time between looks, in nanoseconds; what is beyond the resolution is lag.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - LAG_RESOLUTION / 1e3)
  const lagSoFar = (): Lag => {
    const lag =
      delay.count === 0
        ? { median: 0, p99: 0, max: 0 }
        : { median: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) }
    delay.reset()
    return lag
  }
  const bodies: Readonly<Record<string, () => { status: number; type: string; text: string }>> = {
    '/metrics': () => ({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      text: metricsPage({ context, meter, lag: lagSoFar(), uptime: (context.clock.elapsed() - start) / 1_000 }),
    }),
    '/healthz': () => {
      const why = meter.trouble
      const health = why === null ? { ok: true } : { ok: false, code: why, why: new OptiChatError(why).message }
      return { status: why === null ? 200 : 503, type: 'application/json', text: `${JSON.stringify(health)}\n` }
    },
  }
  const server = createServer(
    { maxHeaderSize: 4_096, headersTimeout: REQUEST_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, connectionsCheckingInterval: 1_000 },
    (request, response) => answer(request, response),
  )
  server.maxConnections = MAX_CONNECTIONS

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const say = (status: number, type: string, text: string, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, {
          'content-type': type,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
          connection: 'close',
          ...headers,
        })
        .end(text)
    const host = /^(127\.0\.0\.1|localhost):(\d{1,5})$/i.exec(request.headers.host ?? '')
    if (Number(host?.[2]) !== bound()) say(403, 'text/plain', 'Ask for this by http://127.0.0.1 and the port.\n')
    else if (request.method !== 'GET') say(405, 'text/plain', 'Only GET is answered.\n', { allow: 'GET' })
    else {
      const path = request.url ?? ''
      const body = Object.hasOwn(bodies, path) ? bodies[path]?.() : undefined
      if (body) say(body.status, body.type, body.text)
      else say(404, 'text/plain', 'There are /metrics and /healthz.\n')
    }
  }

  const bound = () => (server.address() as AddressInfo | null)?.port
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      delay.disable()
      const taken = cause.code === 'EADDRINUSE' || cause.code === 'EACCES'
      reject(taken ? new OptiChatError('port-taken', `port ${port}, for metrics`, { cause }) : cause)
    })
    server.listen({ port, host: '127.0.0.1' }, resolve)
  })
  return {
    port: bound() ?? port,
    close: () =>
      new Promise((resolve) => {
        delay.disable()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
