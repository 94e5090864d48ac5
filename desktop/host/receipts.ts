import type { Client, HistoryMessage } from '../../core/client/client.ts'
import type { Clock } from '../../core/protocol/clock.ts'

/** The newest messages whose receipts are watched: those a page is likely to show. Older ones are right when they are asked for. */
const WATCHED = 300
/** Milliseconds that receipts are gathered for: a burst of them is one look at the history. */
const GATHER = 150

export interface ReceiptsWatch {
  readonly client: Client
  readonly clock: Clock
  /** What is run later, so that its failing is told. */
  guarded(run: () => void): () => void
  changed(message: HistoryMessage): void
}

/** Tells of each message of one's own whose receipts changed. The client only says that some did. Answers how to stop. */
export function watchReceipts({ client, clock, guarded, changed }: ReceiptsWatch): () => void {
  let known = new Map<string, string>()
  let cancel: (() => void) | null = null

  const look = (tell: boolean) => {
    cancel = null
    const now = new Map<string, string>()
    for (const message of client.history({ limit: WATCHED })) {
      if (!message.receipts) continue
      const receipts = JSON.stringify(message.receipts)
      now.set(message.id, receipts)
      if (tell && known.get(message.id) !== receipts) changed(message)
    }
    known = now
  }

  if (client.me) look(false)
  const off = client.on('receipt', () => {
    cancel ??= clock.after(
      GATHER,
      guarded(() => look(true)),
      true,
    )
  })
  return () => {
    off()
    cancel?.()
  }
}
