/** An invite: where a registry is and which certificate it must show, in one line that can be sent, or scanned as a QR code. */
import { isIPv6 } from 'node:net'
import { REGISTRY_PORT } from '../core/protocol/limits.ts'
import { badAddress, hostOf, portOf } from './host.ts'
import { cleanName } from './service-name.ts'

export interface Place {
  readonly host: string
  readonly port: number
}

export interface Invite extends Place {
  /** Where else it can be reached, where it has several addresses: whoever is invited may be on another of its networks. */
  readonly also?: readonly Place[]
  /** Lower-case hex SHA-256 of the registry's certificate. */
  readonly fingerprint?: string
  /** What the registry calls itself; for people to read, proves nothing. */
  readonly name?: string
  /** A one-time code with which one person registers. */
  readonly code?: string
}

const SCHEME = 'optichat:'

/** Other addresses that an invite names: a QR code has to be small. */
const MAX_ALSO = 3

/** `optichat://HOST:PORT/?fp=FINGERPRINT&name=NAME&code=CODE&at=HOST:PORT&at=…` */
export function formatInvite(invite: Invite): string {
  const query = new URLSearchParams()
  if (invite.fingerprint) query.set('fp', invite.fingerprint)
  if (invite.name) query.set('name', invite.name)
  if (invite.code) query.set('code', invite.code)
  const at = (invite.also ?? []).slice(0, MAX_ALSO).map((place) => `&at=${encodeURIComponent(formatPlace(place)).replaceAll('%3A', ':')}`)
  return `${SCHEME}//${formatPlace(invite)}/?${query}${at.join('')}`
}

/** `HOST:PORT`, as it is typed and read. */
export function formatPlace({ host, port }: Place): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`
}

/** The addresses of an invite, the first one first. */
export function placesOf({ host, port, also = [] }: Invite): Place[] {
  return [{ host, port }, ...also]
}

export function isInvite(text: string): boolean {
  return /^\s*optichat:/i.test(text)
}

/** Reads an invite. @throws OptiChatError `bad-address`. */
export function parseInvite(text: string): Invite {
  const url = parsedUrl(text)
  if (!url || url.protocol !== SCHEME || url.username || url.password || !/^\/?$/.test(url.pathname) || url.hash) throw badAddress(text)
  const fingerprint = url.searchParams.get('fp')?.replaceAll(/[:\s]/g, '').toLowerCase()
  if (fingerprint !== undefined && !/^[0-9a-f]{64}$/.test(fingerprint)) throw badAddress(text)
  const name = cleanName(url.searchParams.get('name') ?? '')
  const code = url.searchParams.get('code')?.trim() ?? ''
  if (!/^[\w-]{0,64}$/.test(code)) throw badAddress(text)
  const also = url.searchParams
    .getAll('at')
    .slice(0, MAX_ALSO)
    .map((place) => placeOf(place, text))
  return {
    host: hostOf(decoded(url.hostname, text).replace(/^\[(.*)\]$/, '$1'), text),
    port: url.port === '' ? REGISTRY_PORT : portOf(url.port, text),
    ...(fingerprint ? { fingerprint } : {}),
    ...(name ? { name } : {}),
    ...(code ? { code } : {}),
    ...(also.length > 0 ? { also } : {}),
  }
}

function placeOf(place: string, text: string): Place {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(place) ?? []
  if (bracketed !== undefined && !isIPv6(bracketed)) throw badAddress(text)
  return { host: hostOf(bracketed ?? plain ?? '', text), port: port === undefined ? REGISTRY_PORT : portOf(port, text) }
}

function parsedUrl(text: string): URL | null {
  try {
    return new URL(text.trim())
  } catch {
    return null
  }
}

function decoded(host: string, text: string): string {
  try {
    return decodeURIComponent(host)
  } catch {
    throw badAddress(text)
  }
}

/**
 * The invite as a QR code out of half blocks, for a terminal of 60 columns or more. Black on white whatever the terminal's colours,
 * as not all scanners read the inverse.
 */
export async function inviteQr(invite: string): Promise<string> {
  const { toString: qrcode } = await import('qrcode')
  const blocks = await qrcode(invite, { type: 'utf8', margin: 2, errorCorrectionLevel: 'L' })
  const lines = blocks.split('\n').filter((line) => line !== '')
  return lines.map((line) => `\x1b[107;30m${line}\x1b[0m\n`).join('')
}
