import { clientName, configure, freePort, HOST, PASSWORD, type Peer, serve } from './peer.ts'

export const nats: Peer = {
  name: 'nats',
  title: 'NATS',
  debian: 'nats-server',
  program: 'nats-server',
  versionOption: '--version',
  promises: {
    encrypted: 'TLS 1.3',
    stored: 'an acknowledged message (JetStream) is written, synced every 2 min; fan-out and pairs are not stored',
  },
  async start({ folder }) {
    const port = await freePort()
    const config = await configure('nats.conf', folder, { PORT: `${port}`, NAME: clientName(0), PASSWORD })
    return serve(['nats-server', '-c', config], { kind: 'nats', host: HOST, port })
  },
}
