/** What registering and signing in end with: where one is, and by what the registry is known. */

import type { Client } from '../client/client.ts'
import { readableFingerprint } from '../identity/certificate.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Output } from './output.ts'
import { oneLine } from './text.ts'
import { signedIn } from './with-client.ts'

export function tellSignedIn(output: Output, client: Client, event: 'registered' | 'signed-in'): void {
  const { name: user } = signedIn(client)
  if (!client.registry) throw new OptiChatError('not-signed-in')
  const { name: registry, host, port, fingerprint } = client.registry
  output.tell(
    { event, user, registry, host, port, fingerprint },
    [
      `${event === 'registered' ? 'registered and signed in' : 'signed in'} as ${oneLine(user)} at ${oneLine(registry)} (${host}:${port})`,
      `its fingerprint: ${readableFingerprint(fingerprint)}`,
    ].join('\n'),
  )
}
