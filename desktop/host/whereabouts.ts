/** When the search sees the registry one is signed in to at another address, or no more at its own: the connection is looked at at once. */
import type { Client } from '../../core/client/client.ts'
import type { FoundView } from '../bridge.ts'

/** To be called with all that is found, whenever that changes. Once a change: what is found is a hint, which anybody may have given. */
export function watchWhereabouts(client: Pick<Client, 'registry' | 'retryNow'>): (found: readonly FoundView[]) => void {
  let before: { readonly fingerprint: string; readonly at: string | null } | null = null
  return (found) => {
    const { registry } = client
    if (!registry) return
    const { fingerprint } = registry
    const own = placeOf(registry)
    const seen = found.find((one) => one.fingerprint === fingerprint)
    const at = seen ? placeOf(seen) : null
    const was = before?.fingerprint === fingerprint ? before.at : null
    before = { fingerprint, at }
    if (at === was) return
    const isGone = at === null && was === own
    const isElsewhere = at !== null && at !== own
    if (isGone || isElsewhere) client.retryNow()
  }
}

const placeOf = ({ host, port }: { readonly host: string; readonly port: number }): string => `${host} ${port}`
