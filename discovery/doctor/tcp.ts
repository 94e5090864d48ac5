/** Opening a TCP connection and seeing what happens, without a word of any protocol. */
import { connect, createServer } from 'node:net'
import type { Clock } from '../../core/protocol/clock.ts'

/**
 * `refused`: a computer answered that nobody listens there (or a firewall that says so). `no-host`: somebody on the way, or this computer,
 * says that it is not there. `no-network`: this computer knows no way. `forbidden`: this computer does not let it out.
 */
export type PortOutcome = 'open' | 'refused' | 'timed-out' | 'no-host' | 'no-network' | 'forbidden' | 'unknown-name' | 'failed'

export interface PortResult {
  readonly outcome: PortOutcome
  readonly millis: number
}

const OUTCOMES: Readonly<Record<string, PortOutcome>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'no-host',
  EHOSTDOWN: 'no-host',
  ENETUNREACH: 'no-network',
  ENETDOWN: 'no-network',
  EADDRNOTAVAIL: 'no-network',
  EPERM: 'forbidden',
  EACCES: 'forbidden',
  ENOTFOUND: 'unknown-name',
  EAI_AGAIN: 'unknown-name',
}

export interface PortOptions {
  readonly host: string
  readonly port: number
  readonly clock: Clock
  /** Milliseconds. */
  readonly timeout: number
  readonly signal?: AbortSignal
}

/** Never rejects; a cancelled attempt counts as `failed`. */
export function tryPort({ host, port, clock, timeout, signal }: PortOptions): Promise<PortResult> {
  const began = clock.elapsed()
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const finish = (outcome: PortOutcome) => {
      cancel()
      signal?.removeEventListener('abort', abort)
      socket.destroy()
      resolve({ outcome, millis: Math.round(clock.elapsed() - began) })
    }
    const abort = () => finish('failed')
    const cancel = clock.after(timeout, () => finish('timed-out'))
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort, { once: true })
    socket.once('connect', () => finish('open'))
    socket.on('error', (error: NodeJS.ErrnoException) => finish(OUTCOMES[error.code ?? ''] ?? 'failed'))
  })
}

/**
 * Whether this computer lets a connection to a port pass, tried at one of its own addresses. True says little, as most firewalls leave
 * such connections alone; false says that it is this computer's firewall. Null: it could not be tried.
 */
export async function portPassesHere(options: Omit<PortOptions, 'host'> & { readonly own: string }): Promise<boolean | null> {
  const { own, port, clock, timeout, signal } = options
  const server = createServer((socket) => socket.destroy())
  const listening = await new Promise<boolean>((resolve) => {
    // Taken: then there is somebody to connect to.
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    server.listen({ host: own, port }, () => resolve(true))
  })
  try {
    if (!listening) return null
    const { outcome } = await tryPort({ host: own, port, clock, timeout, ...(signal ? { signal } : {}) })
    if (outcome === 'open') return true
    return outcome === 'timed-out' || outcome === 'forbidden' ? false : null
  } finally {
    server.close()
  }
}

/** Milliseconds to wait for a program to speak first, and then for its answer to a web request. */
const PATIENCE = 600

/** Who lives at a port that is no registry's, by what it says first or answers to a web request; null when it says nothing. */
export function programAt({ host, port, clock }: Omit<PortOptions, 'timeout'>): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let said = ''
    const finish = () => {
      cancelAsk()
      cancel()
      socket.destroy()
      resolve(nameOf(said))
    }
    const cancelAsk = clock.after(PATIENCE, () => socket.write('HEAD / HTTP/1.0\r\n\r\n'))
    const cancel = clock.after(2 * PATIENCE, finish)
    socket.on('data', (data) => {
      said += data.toString('latin1').slice(0, 2_000)
      if (/\r?\n/.test(said)) finish()
    })
    socket.on('error', finish)
    socket.once('close', finish)
  })
}

function nameOf(said: string): string | null {
  const [line = ''] = said.split(/\r?\n/)
  const words = line
    .replaceAll(/[^\x20-\x7e]/g, '')
    .slice(0, 60)
    .trim()
  if (words === '') return null
  if (/^SSH-/.test(words)) return `an SSH server (${words})`
  if (/^HTTP\//.test(words)) {
    const server = /^server: *([\x20-\x7e]{1,40})/im.exec(said)?.[1]
    return server ? `a web server (${server})` : 'a web server'
  }
  return /^220[ -]/.test(words) ? `a mail or file server (${words})` : `a program that says "${words}"`
}
