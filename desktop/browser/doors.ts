/**
 * Who may come in: whoever holds the one-time token of a link this program printed or opened, from then on the cookie it was
 * changed for. Everything else on this computer, and every web page that tries, is turned away.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface Doors {
  /** A new one-time token; the one before is void. */
  token(): string
  /** Uses a token up. Answers the cookie's value, or null when it is none or was used. */
  redeem(token: string): string | null
  /** The request carries a cookie that was given out. */
  admitted(request: IncomingMessage): boolean
  readonly cookie: string
}

/** `cookie`: its name, one for each port, since browsers share cookies between the ports of a host. */
export function createDoors(cookie: string): Doors {
  let token: string | null = null
  const sessions: string[] = []
  return {
    cookie,
    token() {
      token = secret()
      return token
    },
    redeem(given) {
      if (token === null || !same(given, token)) return null
      token = null
      const session = secret()
      sessions.push(session)
      return session
    },
    admitted(request) {
      const given = readCookie(request.headers.cookie ?? '', cookie)
      return given !== null && sessions.some((session) => same(given, session))
    },
  }
}

/** 256 random bits. */
const secret = () => randomBytes(32).toString('base64url')

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function readCookie(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}

/**
 * A request made to this very address, not to a name that was made to point here (DNS rebinding), and not by another site's
 * page. A browser leaves `Origin` out only of plain navigations and loads, so what changes anything must have it.
 */
export function isOwn(request: IncomingMessage, origin: string, mustSayOrigin: boolean): boolean {
  if (`http://${request.headers.host}` !== origin) return false
  const said = request.headers.origin
  return said === undefined ? !mustSayOrigin : said === origin
}
