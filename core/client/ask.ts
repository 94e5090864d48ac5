/** Asks who is at an address, without being anybody: a registry's greeting tells its name, its certificate who it is. */
import { createIdentity, type Identity } from '../identity/certificate.ts'
import { dialWebSocket } from '../link/websocket.ts'
import { type Clock, systemClock } from '../protocol/clock.ts'
import type { KnownRegistry, RegistryAddress } from './client.ts'
import { sayHello } from './handshake.ts'

/**
 * Answers a function that asks one address. The device's own certificate is not shown: it would sign its user in.
 * The function rejects with `registry-unreachable`, `registry-untrusted` (where a fingerprint is given), `not-optichat`, …
 */
export function createAsk(clock: Clock = systemClock): (address: RegistryAddress, signal: AbortSignal) => Promise<KnownRegistry> {
  let identity: Promise<Identity> | null = null
  return async (address, signal) => {
    identity ??= createIdentity('OptiChat visitor')
    const caller = { dial: dialWebSocket, identity: await identity, device: 'a look at who is here', clock }
    const { session, registry } = await sayHello(caller, address, signal)
    session.close()
    return registry
  }
}
