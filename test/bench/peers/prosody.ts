import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientName, configure, freePort, HOST, PASSWORD, type Peer, serve } from './peer.ts'

export const prosody: Peer = {
  name: 'prosody',
  title: 'Prosody (XMPP)',
  debian: 'prosody',
  program: 'prosody',
  versionOption: 'about',
  promises: { encrypted: 'TLS 1.3', stored: 'acknowledges and stores nothing here' },
  async start({ folder, clients }) {
    const port = await freePort()
    const config = await configure('prosody.cfg.lua', folder, { PORT: `${port}` })
    const accounts = join(folder, 'data', 'localhost', 'accounts')
    mkdirSync(accounts, { recursive: true })
    for (let n = 0; n < clients; n++) writeFileSync(join(accounts, `${clientName(n)}.dat`), `return { password = "${PASSWORD}" }\n`)
    return serve(['prosody', '-F', '--config', config], { kind: 'xmpp', host: HOST, port })
  },
}
