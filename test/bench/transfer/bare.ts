import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createIdentity } from '../../../core/identity/certificate.ts'
import type { CarrierGroup } from './carrier.ts'
import { Side } from './side.ts'

const PORT = 42_500

/** No program that anybody uses: what Node's TLS and synchronous files cost when nothing else is done, with a process at each end as ours has. */
export async function barePeers(folder: string): Promise<CarrierGroup> {
  const { key, certificate } = await createIdentity('bench')
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'certificate.pem'), certificate)
  const script = `${import.meta.dirname}/bare.script.mjs`
  const [sender, receiver] = [new Side([], script), new Side([], script)]
  await sender.ask('serve', { folder, port: PORT })
  return {
    peers: [
      {
        name: 'Node’s TLS alone',
        takes: ['large'],
        bring: (path, into) => receiver.ask('fetch', { port: PORT, path, target: join(into, basename(path)) }),
      },
    ],
    close: () => {
      for (const side of [sender, receiver]) void side.close()
    },
  }
}
