import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientName, configure, freePort, HOST, PASSWORD, type Peer, serve } from './peer.ts'

export const mosquitto: Peer = {
  name: 'mosquitto',
  title: 'mosquitto (MQTT)',
  debian: 'mosquitto',
  program: 'mosquitto',
  versionOption: '-h',
  promises: {
    encrypted: 'TLS 1.3',
    stored: 'an acknowledged message (QoS 1) is in memory, written now and then; fan-out and pairs are QoS 0',
  },
  async start({ folder, clients }) {
    const port = await freePort()
    const config = await configure('mosquitto.conf', folder, { PORT: `${port}` })
    const passwords = join(folder, 'passwords')
    writeFileSync(passwords, Array.from({ length: clients }, (_, n) => `${clientName(n)}:${PASSWORD}\n`).join(''), { mode: 0o600 })
    execFileSync('mosquitto_passwd', ['-U', passwords])
    return serve(['mosquitto', '-c', config], { kind: 'mqtt', host: HOST, port })
  },
}
