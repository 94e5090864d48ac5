/** Where peers can dial this device. */
import { networkInterfaces } from 'node:os'
import { MAX_ENDPOINTS } from '../protocol/limits.ts'

const LOOPBACK = /^(127\.|::1$|localhost$)/
const WILDCARDS: readonly string[] = ['0.0.0.0', '::', '*']

/** All addresses of this machine that another one may reach, IPv4 first. Link-local IPv6 ones mean nothing without the interface. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((interfaces) => interfaces ?? [])
    .filter(({ internal, address }) => !internal && !LOOPBACK.test(address) && !/^fe[89ab]/i.test(address))
    .sort((a, b) => Number(a.family === 'IPv6') - Number(b.family === 'IPv6'))
    .map(({ address }) => address)
}

/**
 * `host:port` of all addresses of this machine that another one may reach, best first. `*` is the address the registry sees, which is the
 * right one where both are on one network.
 * @param listening the one address listened on, where it is not all of them
 */
export function defaultEndpoints(port: number, listening?: string): string[] {
  if (listening !== undefined && !WILDCARDS.includes(listening)) return [endpoint(listening, port)]
  const addresses = ownAddresses().map((address) => endpoint(address, port))
  return [...new Set([`*:${port}`, ...addresses])].slice(0, MAX_ENDPOINTS)
}

function endpoint(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
