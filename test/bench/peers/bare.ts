import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createIdentity } from '../../../core/identity/certificate.ts'
import { freePort, HOST, type Peer, serve } from './peer.ts'

const file = (path: string) => new URL(path, import.meta.url)

/** No program that anybody uses: what Node's TLS costs when nothing else is done. */
export const bare: Peer = {
  name: 'bare',
  title: 'Node’s TLS alone',
  debian: 'nodejs',
  program: process.execPath,
  versionOption: '--version',
  promises: {
    encrypted: 'TLS 1.3',
    stored:
      'read as JSON, checked, put into the log and synced before the acknowledgement; pairs and fan-out are only passed on; no accounts: a floor, no program',
  },
  async start({ folder }) {
    const port = await freePort()
    const { key, certificate } = await createIdentity('localhost')
    writeFileSync(join(folder, 'key.pem'), key)
    writeFileSync(join(folder, 'certificate.pem'), certificate)
    const loader = file('../../support/typescript.mjs').href
    const script = file('./bare.script.ts').pathname
    return serve([process.execPath, '--import', loader, script, folder, `${port}`], { kind: 'bare', host: HOST, port })
  },
}
