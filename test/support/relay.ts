/** Somebody in the middle: ends TLS with a certificate of its own and passes every frame on. */
import { createIdentity } from '../../core/identity/certificate.ts'
import type { Link } from '../../core/link/link.ts'
import { listenWebSocket } from '../../core/link/listen.ts'
import { dialWebSocket } from '../../core/link/websocket.ts'

export interface Relay {
  readonly address: { host: string; port: number }
  readonly fingerprint: string
  /** Passed on so far, both ways. */
  frames: number
  /** Ends all links that are open, without a word. */
  cut(): void
  close(): Promise<void>
}

export async function startRelay(to: { host: string; port: number }): Promise<Relay> {
  const identity = await createIdentity('somebody in the middle')
  const links = new Set<Link>()
  const pass = (from: Link, into: Promise<Link>) => {
    links.add(from)
    from.start({
      frame: (text) => {
        relay.frames++
        void into.then((link) => link.send(text))
      },
      ended: (reason) => {
        links.delete(from)
        void into.then((link) => link.close(reason))
      },
    })
  }
  const server = await listenWebSocket({
    identity,
    host: '127.0.0.1',
    port: 0,
    onLink: (client) => {
      const registry = dialWebSocket({ ...to, identity }).then((link) => {
        pass(link, Promise.resolve(client))
        return link
      })
      pass(client, registry)
    },
  })
  const relay: Relay = {
    address: { host: '127.0.0.1', port: server.port },
    fingerprint: identity.fingerprint,
    frames: 0,
    cut: () => {
      for (const link of links) link.destroy()
    },
    close: () => server.close(),
  }
  return relay
}
