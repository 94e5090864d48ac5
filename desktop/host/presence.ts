/** How one is there for others: as one chose, but away while nobody is at this computer. */
import type { Client } from '../../core/client/client.ts'
import type { Clock } from '../../core/protocol/clock.ts'
import type { SessionPresence } from '../../core/protocol/messages.ts'

/** Milliseconds between looks at how long the computer has been idle. */
const LOOK = 10_000

export interface PresenceOptions {
  readonly client: Pick<Client, 'me' | 'setPresence'>
  readonly clock: Clock
  /** What the person chose, and after how many minutes without a hand on the computer they are away; 0: never. */
  chosen(): { presence: SessionPresence; idleMinutes: number }
  /** Seconds since somebody last used this computer, where the system can tell. */
  readonly idleSeconds?: () => number
}

export interface Presence {
  /** A page saw somebody at it just now. */
  active(): void
  /** What was chosen may have changed, or who is signed in. */
  refresh(): void
  stop(): void
}

export function watchPresence({ client, clock, chosen, idleSeconds }: PresenceOptions): Presence {
  let told: SessionPresence | null = null
  let toldOf: string | null = null
  let activeAt = clock.now()
  let cancel: (() => void) | null = null

  const refresh = () => {
    if (!client.me) return
    const { presence, idleMinutes } = chosen()
    const idle = idleSeconds ? idleSeconds() * 1_000 : clock.now() - activeAt
    const next = presence === 'online' && idleMinutes > 0 && idle >= idleMinutes * 60_000 ? 'away' : presence
    if (next === told && client.me.id === toldOf) return
    client.setPresence(next)
    told = next
    toldOf = client.me.id
  }
  const look = () => {
    refresh()
    cancel = clock.after(LOOK, look, true)
  }
  look()
  return {
    active() {
      activeAt = clock.now()
      refresh()
    },
    refresh,
    stop: () => cancel?.(),
  }
}
