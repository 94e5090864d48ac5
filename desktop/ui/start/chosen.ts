/** A registry as the person picked it from the list, or typed it. */
import type { FoundView } from '../../bridge.ts'

/** The registry to sign in to, as the person picked or typed it. */
export interface Chosen {
  readonly address: string
  readonly name: string
  readonly fingerprint?: string
  readonly known: boolean
}

export const chosenFrom = (found: FoundView): Chosen => ({
  address: found.host.includes(':') ? `[${found.host}]:${found.port}` : `${found.host}:${found.port}`,
  name: found.name,
  known: found.known,
  ...(found.fingerprint ? { fingerprint: found.fingerprint } : {}),
})

/** An address as typed; an invite brings the registry's name and fingerprint along. The host checks all of it. */
export function chosenFromText(address: string): Chosen {
  if (!address.startsWith('optichat:') || !URL.canParse(address)) return { address, name: address, known: false }
  const { searchParams } = new URL(address)
  const fingerprint = searchParams.get('fp')
  return { address, name: searchParams.get('name') || 'the registry of your invite', known: false, ...(fingerprint ? { fingerprint } : {}) }
}
