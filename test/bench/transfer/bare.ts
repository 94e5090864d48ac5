import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createIdentity } from '../../../core/identity/certificate.ts'
import type { CarrierGroup } from './carrier.ts'
import type { Place } from './product.ts'
import { Side } from './side.ts'

const PORT = 42_500

const HERE: Place = { host: '127.0.0.1', inside: [] }

/** No program that anybody uses: what Node's TLS and synchronous files cost when nothing else is done, with a process at each end as ours has. */
export async function barePeers(folder: string, places = { alice: HERE, bob: HERE }): Promise<CarrierGroup> {
  const { key, certificate } = await createIdentity('bench')
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'certificate.pem'), certificate)
  const script = `${import.meta.dirname}/bare.script.mjs`
  const [sender, receiver] = [new Side(places.alice.inside, script), new Side(places.bob.inside, script)]
  const { host } = places.alice
  await sender.ask('serve', { folder, host, port: PORT })
  return {
    peers: [
      {
        name: 'Node’s TLS alone',
        takes: ['large'],
        bring: (path, into) => receiver.ask('fetch', { host, port: PORT, path, target: join(into, basename(path)) }),
      },
    ],
    close: () => {
      for (const side of [sender, receiver]) void side.close()
    },
  }
}
