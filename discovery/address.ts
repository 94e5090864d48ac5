/** The address of a registry as a person types or pastes it. */
import { isIPv6 } from 'node:net'
import { REGISTRY_PORT } from '../core/protocol/limits.ts'
import { badAddress, hostOf, portOf } from './host.ts'
import { type Invite, isInvite, parseInvite } from './invite.ts'

/**
 * Reads `IP`, `IP:port`, `host`, `host:port`, `IPv6`, `[IPv6]`, `[IPv6]:port` or an `optichat://` invite; the port is 6784 unless given.
 * The fingerprint comes from an invite only: what it names is what the registry must prove.
 * @throws OptiChatError `bad-address`
 */
export function parseAddress(text: string): Invite {
  if (isInvite(text)) return parseInvite(text)
  const typed = text.trim()
  if (isIPv6(typed)) return { host: typed, port: REGISTRY_PORT }
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(typed)
  if (bracketed) {
    const [, host = '', port] = bracketed
    if (!isIPv6(host)) throw badAddress(text)
    return { host, port: port === undefined ? REGISTRY_PORT : portOf(port, text) }
  }
  const [host = '', port, ...more] = typed.split(':')
  if (more.length > 0) throw badAddress(text)
  return { host: hostOf(host, text), port: port === undefined ? REGISTRY_PORT : portOf(port, text) }
}
