/** Tells the network that a registry is here, on every accepted interface, until it is stopped. */
import { type Clock, type Random, systemClock } from '../core/protocol/clock.ts'
import { encodeTxt } from './advertisement.ts'
import { requireInterfaces } from './interfaces.ts'
import { openMdns } from './mdns-socket.ts'
import { keepPerNic, lookAt } from './per-nic.ts'
import { serviceName } from './service-name.ts'
import { TIMINGS, type Timings } from './timings.ts'

export interface AdvertiseOptions {
  /** The registry's name, any length; its first 100 characters are told. */
  readonly name: string
  readonly port: number
  readonly id: string
  /** Lower-case hex SHA-256 of its certificate: a hint for those who look, and what makes the service's name unique. */
  readonly fingerprint: string
  /** Names or addresses of the interfaces; all accepted ones unless given. */
  readonly interfaces?: readonly string[]
  /** Something failed on an interface and is tried again. */
  trouble?(what: { interface: string; message: string }): void
  readonly clock?: Clock
  readonly random?: Random
  readonly timings?: Partial<Timings>
}

/**
 * Starts to advertise; interfaces that come, go or change their address are followed.
 * @returns `stop`, which says goodbye (so that others see the registry go at once) and takes half a second at most for each step.
 * @throws OptiChatError `interface-unknown` when an interface asked for does not exist now.
 */
export async function advertise(options: AdvertiseOptions): Promise<{ stop(): Promise<void> }> {
  if (options.interfaces) requireInterfaces(options.interfaces)
  const { clock = systemClock, random = Math.random } = options
  const timings = { ...TIMINGS, ...options.timings }
  const service = {
    name: serviceName(options.name, options.fingerprint),
    // Not this computer's host name: two called "laptop" would claim each other's address.
    host: `optichat-${options.fingerprint.slice(0, 16)}.local`,
    port: options.port,
    txt: encodeTxt(options),
  }
  const nics = keepPerNic({
    clock,
    poll: timings.poll,
    slept: timings.slept,
    look: lookAt(options.interfaces),
    trouble: (what) => options.trouble?.(what),
    open(nic, broken) {
      const socket = openMdns(nic, { trouble: (message) => nics.trouble(nic, message), broken }, { clock, random })
      socket.publish(service)
      // A goodbye on an interface that goes on with another address would take back what is about to be announced there.
      return { close: (why) => socket.close(why === 'stopped', timings.goodbye) }
    },
  })
  return { stop: () => nics.stop() }
}
