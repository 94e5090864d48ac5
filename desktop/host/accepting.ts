/** Accepts offers by themselves where the person's rules say so. */
import type { Client, Transfer } from '../../core/client/client.ts'

export interface Accepting {
  accept(transfer: string): Promise<void>
  /** An offer that was to be accepted could not be: it waits for the person, who sees why. */
  failed(error: unknown): void
}

/** Looks at each offer when it comes, and at those that came while the app was closed. Answers how to stop. */
export function acceptByRules(
  client: Pick<Client, 'on' | 'transfer' | 'transfers' | 'accepts'>,
  { accept, failed }: Accepting,
): () => void {
  const look = (transfer: Transfer | null) => {
    if (transfer?.direction !== 'receive' || transfer.parts[0]?.state !== 'offered') return
    if (client.accepts(transfer)) accept(transfer.id).catch(failed)
  }
  for (const transfer of client.transfers()) look(transfer)
  return client.on('message', ({ body }) => {
    if (body.kind === 'offer') look(client.transfer(body.transfer))
  })
}
