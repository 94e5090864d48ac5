/** Endpoints of others, as this device can dial them. */
import type { Ticket } from '../protocol/messages.ts'

const LINK_LOCAL = /^fe[89ab]/i

/**
 * `IPv4:port`, `[IPv6]:port`, or `*:port`, which stands for the registry's own address as this device has it; null for what is none.
 * @param registry that address; its interface (`fe80::1%eth0`) is the way to link-local endpoints, too
 */
export function parseDialable(endpoint: string, registry: string): { readonly host: string; readonly port: number } | null {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([\d.]+|\*)):(\d{1,5})$/.exec(endpoint) ?? []
  const host = bracketed ? onLink(bracketed, registry) : plain === '*' ? registry : plain
  const port = Number(digits)
  return host && port > 0 && port < 65_536 ? { host, port } : null
}

/** A ticket whose link-local endpoints are dialled on the link to the registry; without one, they lead nowhere and are left out. */
export function dialableTicket(ticket: Ticket, registry: string): Ticket {
  const endpoints = ticket.peer.endpoints.flatMap((endpoint) => {
    const [, host = '', rest] = /^\[([^\]]+)(\].*)$/.exec(endpoint) ?? []
    const near = onLink(host, registry)
    return near === null ? [] : near === host ? [endpoint] : [`[${near}${rest}`]
  })
  return { ...ticket, peer: { ...ticket.peer, endpoints } }
}

/** A link-local address with the interface over which the registry is reached, null where that is no such way; others as they are. */
function onLink(address: string, registry: string): string | null {
  if (!LINK_LOCAL.test(address) || address.includes('%')) return address
  return registry.includes('%') ? address + registry.slice(registry.indexOf('%')) : null
}
