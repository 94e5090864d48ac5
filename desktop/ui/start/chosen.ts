/** A registry as the person picked it from the list, or typed it. */
import type { FoundView, HostedView } from '../../bridge.ts'
import { endpoint } from '../format.ts'
import { msg } from '../i18n/text.ts'

/** The registry to sign in to, as the person picked or typed it. */
export interface Chosen {
  readonly address: string
  readonly name: string
  readonly fingerprint?: string
  readonly known: boolean
}

export const chosenFrom = (found: FoundView): Chosen => ({
  address: endpoint(found.host, found.port),
  name: found.name,
  known: found.known,
  ...(found.fingerprint ? { fingerprint: found.fingerprint } : {}),
})

/** An address as typed; an invite brings the registry's name and fingerprint along. The host checks all of it. */
export function chosenFromText(address: string): Chosen {
  if (!address.startsWith('optichat:') || !URL.canParse(address)) return { address, name: address, known: false }
  const { searchParams } = new URL(address)
  const fingerprint = searchParams.get('fp')
  const name = searchParams.get('name') || msg('the registry of your invite')
  return { address, name, known: false, ...(fingerprint ? { fingerprint } : {}) }
}

/** The one that runs on this computer. */
export function chosenFromHosted({ invite, address = '', port = 0, name, fingerprint }: HostedView): Chosen {
  const own = { address: invite ?? endpoint(address, port), name: name ?? msg('This computer'), known: false }
  return fingerprint ? { ...own, fingerprint } : own
}

/** The same registry, with the one-time code that it asks new people for. */
export function withCode(address: string, code: string): string {
  const invite = new URL(address.startsWith('optichat:') ? address : `optichat://${address}/`)
  invite.searchParams.set('code', code)
  return invite.href
}
