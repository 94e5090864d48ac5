/** Dial and hello: the start of every connection, be it to sign in or to go on. */
import type { Identity } from '../identity/certificate.ts'
import type { Link } from '../link/link.ts'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { PROTOCOL_VERSION } from '../protocol/limits.ts'
import type { Reply } from '../protocol/messages.ts'
import type { KnownRegistry, RegistryAddress } from './client.ts'
import { Session } from './session.ts'

/** Opens a link; `dialWebSocket` everywhere but in tests. */
export type Dial = (options: { host: string; port: number; identity: Identity; expect?: string; signal?: AbortSignal }) => Promise<Link>

export interface Caller {
  readonly dial: Dial
  readonly identity: Identity
  /** What this program calls itself: shown in the registry's list of devices. */
  readonly device: string
  readonly clock: Clock
}

/**
 * Connects and says hello.
 * @returns the session, the registry as it is to be remembered, and the user this device belongs to, if it is enrolled
 * @throws OptiChatError `registry-unreachable`, `registry-untrusted`, `not-optichat`, `protocol-version`, `cancelled`, …
 */
export async function sayHello(
  caller: Caller,
  address: RegistryAddress,
  signal: AbortSignal,
): Promise<{ session: Session; registry: KnownRegistry; user: Reply<'hello'>['user'] }> {
  const { dial, identity, device, clock } = caller
  const link = await dial({ host: address.host, port: address.port, identity, expect: address.fingerprint, signal })
  const session = new Session(link, clock)
  const abort = () => session.close('cancelled')
  signal.addEventListener('abort', abort, { once: true })
  try {
    if (signal.aborted) throw new OptiChatError('cancelled')
    const hello = await session.request('hello', { version: PROTOCOL_VERSION, device })
    if (hello.version !== PROTOCOL_VERSION) throw new OptiChatError('protocol-version', `the registry speaks ${hello.version}`)
    const fingerprint = link.peerFingerprint
    if (fingerprint === null) throw new OptiChatError('not-optichat', 'it shows no certificate')
    return { session, registry: { ...hello.registry, host: address.host, port: address.port, fingerprint }, user: hello.user }
  } catch (error) {
    session.close()
    if (signal.aborted) throw new OptiChatError('cancelled')
    // It ended the connection instead of answering: what it said of that tells more than "not connected".
    if (session.why && error instanceof OptiChatError && error.code === 'not-connected') throw new OptiChatError(session.why)
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
