/** Host names and ports as people type them. */
import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { OptiChatError } from '../core/protocol/errors.ts'

export function badAddress(text: string): OptiChatError {
  return new OptiChatError('bad-address', text.trim().slice(0, 200))
}

/** A host that could be dialled: an IP address, or a name by the rules of RFC 1123 §2.1 (underscores let pass). @throws `bad-address` */
export function hostOf(host: string, text: string): string {
  if (isIP(host)) return host
  const name = domainToASCII(host.replace(/\.$/, ''))
  const labels = name.split('.')
  // All digits at the end would be a mistyped IP address: RFC 1123 names never look so.
  if (name.length > 253 || /^\d+$/.test(labels.at(-1) ?? '')) throw badAddress(text)
  if (!labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))) throw badAddress(text)
  return name
}

/** @throws `bad-address` unless 1 to 65535. */
export function portOf(digits: string, text: string): number {
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0
  if (port < 1 || port > 65_535) throw badAddress(text)
  return port
}
