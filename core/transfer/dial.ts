import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import type { Identity } from '../identity/certificate.ts'
import type { Clock } from '../protocol/clock.ts'
import type { ErrorCode } from '../protocol/errors.ts'
import { parseEndpoint } from './endpoint.ts'
import { Intake } from './intake.ts'
import { DIAL_STAGGER, DIAL_TIMEOUT, UNREACHABLE_AFTER } from './limits.ts'
import { dialOptions, fingerprintOfPeer, isOtherVersion } from './peer-tls.ts'

/** Nobody answered, or only somebody with another certificate, or of another version. */
export type NotDialled = Extract<ErrorCode, 'peer-unreachable' | 'peer-untrusted' | 'protocol-version'>

export type Dialled = { readonly socket: TLSSocket; readonly intake: Intake } | { readonly socket: null; readonly code: NotDialled }

/**
 * Dials endpoints in turn, the next one when the one before failed or after 250 ms (in the way of RFC 8305), and answers the
 * first socket whose certificate is the expected one; the others are let go. A stranger at one address (an old address, a bridge
 * that both machines have) does not keep the others from being tried.
 * @param answer called once, unless cancelled by calling what `dial` returned
 */
export function dial(options: {
  identity: Identity
  clock: Clock
  endpoints: readonly string[]
  fingerprint: string
  /** Nobody has answered for a while; it goes on. Not called after `answer`. */
  slow?(): void
  answer(dialled: Dialled): void
}): () => void {
  const { identity, clock, fingerprint, answer: answered } = options
  const targets = options.endpoints.map(parseEndpoint).filter((target) => target !== null)
  const sockets = new Set<TLSSocket>()
  let code: NotDialled = 'peer-unreachable'
  let over = false
  let next = 0
  let cancelStagger: () => void = () => undefined

  const finish = (winner: TLSSocket | null) => {
    over = true
    cancelStagger()
    cancelTimeout()
    cancelSlow()
    for (const socket of sockets) if (socket !== winner) socket.destroy()
  }
  const answer = (winner: { readonly socket: TLSSocket; readonly intake: Intake } | null) => {
    if (over) return
    finish(winner?.socket ?? null)
    answered(winner ?? { socket: null, code })
  }
  const cancelTimeout = clock.after(DIAL_TIMEOUT, () => answer(null))
  const cancelSlow = clock.after(UNREACHABLE_AFTER, () => options.slow?.())

  const failed = (socket: TLSSocket) => {
    if (!sockets.delete(socket) || over) return
    if (next < targets.length) tryNext()
    else if (sockets.size === 0) answer(null)
  }

  const tryNext = () => {
    cancelStagger()
    const target = targets[next++]
    if (!target) return
    const intake = new Intake()
    /** `onread` is documented for `tls.connect`, but not in its types. */
    const options: ConnectionOptions & Pick<typeof intake, 'onread'> = { ...dialOptions(identity), ...target, onread: intake.onread }
    const socket = connect(options)
    sockets.add(socket)
    socket.on('error', (error) => {
      if (isOtherVersion(error)) code = 'protocol-version'
      failed(socket)
    })
    socket.on('close', () => failed(socket))
    socket.once('secureConnect', () => {
      if (over) return
      const seen = fingerprintOfPeer(socket)
      if (seen === fingerprint) {
        answer({ socket, intake })
        return
      }
      /** Our own certificate means that this address leads back to ourselves, which is nobody's fault. */
      if (seen !== identity.fingerprint) code = 'peer-untrusted'
      socket.destroy()
    })
    if (next < targets.length) cancelStagger = clock.after(DIAL_STAGGER, tryNext)
  }

  if (targets.length === 0) queueMicrotask(() => answer(null))
  else tryNext()
  return () => {
    if (!over) finish(null)
  }
}
