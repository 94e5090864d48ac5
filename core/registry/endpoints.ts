/** Where a peer says it can be dialled. */
import { isIP } from 'node:net'
import { OptiChatError } from '../protocol/errors.ts'

/**
 * Endpoints as others get them: `*` for a host means the address that the registry sees the peer at; each once.
 * @param seenAt the peer's address as its socket shows it; `*` is left out when that is none that others could dial. One that holds on one
 *   link only (`fe80::1%eth0`) is told without the interface, which is this computer's own: whoever dials it puts in one of its own.
 * @throws OptiChatError `bad-frame` for anything but `IPv4:port`, `[IPv6]:port`, `*:port`
 */
export function dialableEndpoints(endpoints: readonly string[], seenAt: string): string[] {
  const dialable = new Set<string>()
  for (const endpoint of endpoints) {
    const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(endpoint) ?? []
    const port = Number(portText)
    const host = bracketed ?? plain
    const right = host === '*' ? plain === '*' : isIP(host ?? '') === (bracketed === undefined ? 4 : 6)
    if (host === undefined || !right || port < 1 || port > 65_535) throw new OptiChatError('bad-frame', 'no endpoint')
    const address = host === '*' ? plainAddress(seenAt) : host
    if (address !== null) dialable.add(address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`)
  }
  return [...dialable]
}

/** Without IPv6's wrapping of an IPv4 address and without an interface; null for no address. */
function plainAddress(seenAt: string): string | null {
  const address = seenAt.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  return isIP(address) === 0 ? null : address
}
