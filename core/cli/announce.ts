/** Tells the network of a registry that runs here, and hears the doctors that ask for it there. */
import { advertise } from '../../discovery/advertise.ts'
import { answerDoctors } from '../../discovery/doctor/answer.ts'
import type { RunningRegistry } from '../registry/options.ts'

export interface AnnounceOptions {
  /** Names or IPv4 addresses of the interfaces; all accepted ones unless given. */
  readonly interfaces?: readonly string[]
  /** Something failed on an interface and is tried again. */
  trouble(what: { interface: string; message: string }): void
}

/** @throws OptiChatError `interface-unknown` */
export async function announce(registry: RunningRegistry, options: AnnounceOptions): Promise<{ stop(): Promise<void> }> {
  const { name, port, id, fingerprint, reaches } = registry
  const advertisement = await advertise({ name, port, id, fingerprint, ...options })
  // What fails at its sockets fails at those of the advertisement, too, which tells of it.
  const { interfaces } = options
  const doctors = answerDoctors({
    fingerprint,
    ...(interfaces ? { interfaces } : {}),
    openToOthers: (but) => reaches.openToOthers(but),
  })
  reaches.listener = (token) => doctors.heard(token)
  return {
    async stop() {
      reaches.listener = null
      await Promise.all([doctors.stop(), advertisement.stop()])
    },
  }
}
