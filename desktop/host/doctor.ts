/** The doctor as the app asks it: one examination at a time, kept until the person puts it away. */
import type { Clock } from '../../core/protocol/clock.ts'
import type { DoctorView } from '../bridge.ts'

export interface DoctorOptions {
  readonly profile: string
  readonly clock: Clock
  /** False: nothing by multicast. */
  readonly discovery: boolean
  chosen(): string | null
  changed(view: DoctorView | null): void
}

export interface Doctor {
  readonly view: DoctorView | null
  /** Begins anew. Resolves when it has begun. */
  examine(peer: string | null): Promise<void>
  stop(): Promise<void>
}

export function openDoctor({ profile, clock, discovery, chosen, changed }: DoctorOptions): Doctor {
  let view: DoctorView | null = null
  let end: (() => Promise<void>) | null = null

  const show = (next: DoctorView | null) => {
    view = next
    changed(next)
  }
  const stop = async () => {
    const ending = end
    end = null
    await ending?.()
    if (view) show(null)
  }
  return {
    get view() {
      return view
    },
    async examine(peer) {
      await stop()
      // Seldom asked for, and much to load.
      const { openHelp } = await import('../../core/client/doctor-help.ts')
      const { examine } = await import('../../discovery/doctor/examine.ts')
      const help = await openHelp({ profile, clock })
      const examination = examine({ help, clock, discovery, chosen: chosen(), ...(peer === null ? {} : { peer }), changed: show })
      const closed = examination.done.then(() => help.close())
      end = async () => {
        examination.stop()
        await closed
      }
    },
    stop,
  }
}
