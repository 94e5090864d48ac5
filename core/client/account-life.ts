/** What a user does with the account itself: its devices, its password, its end. Over the session that is on. */
import type { PasswordWorker } from '../identity/opaque-client.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Device } from '../protocol/messages.ts'
import type { User } from './client.ts'
import type { StandingConnection } from './connection.ts'
import type { Session } from './session.ts'
import { checkNewPassword, login } from './sign-in.ts'

/** Milliseconds that any of it waits for a connection that is being made. */
const PATIENCE = 5_000

export class AccountLife {
  readonly #connection: StandingConnection
  readonly #me: User
  readonly #worker: () => PasswordWorker

  /** @param rooms.worker starts one for the stretching of passwords; closed here after use */
  constructor(rooms: { connection: StandingConnection; me: User; worker(): PasswordWorker }) {
    this.#connection = rooms.connection
    this.#me = rooms.me
    this.#worker = rooms.worker
  }

  async devices(): Promise<Device[]> {
    const { devices } = await (await this.#session()).request('devices', {})
    return devices
  }

  /** @throws OptiChatError `device-unknown` */
  async revoke(fingerprint: string): Promise<void> {
    await (await this.#session()).request('device-revoke', { fingerprint })
  }

  /** @throws OptiChatError `password-refused`, `sign-in-failed` when the present one is wrong, `slow-down` */
  async changePassword(present: string, next: string, revokeOthers: boolean): Promise<void> {
    checkNewPassword(next)
    await this.#proven(present, async (session, worker) => {
      const { state, request } = await worker.startRegistration(next)
      const { response } = await session.request('password-start', { request })
      const { record } = await worker.finishRegistration({ password: next, state, response })
      await session.request('password-finish', { record, revokeOthers })
    })
  }

  /**
   * The account is gone when this resolves, and the connection released: what is left of it is the caller's to close.
   * @throws OptiChatError `sign-in-failed`, `slow-down`
   */
  async delete(password: string): Promise<void> {
    await this.#proven(password, async (session) => {
      // Its end, which follows at once, is no refusal.
      await session.request('account-delete', {}, { arrived: () => void this.#connection.release() })
      session.close()
    })
  }

  /** Does what needs the password, after proving it on this very session. */
  async #proven(password: string, work: (session: Session, worker: PasswordWorker) => Promise<void>): Promise<void> {
    const session = await this.#session()
    const worker = this.#worker()
    try {
      const user = await login(session, worker, this.#me.name, password)
      if (user.id !== this.#me.id) throw new OptiChatError('registry-untrusted')
      await work(session, worker)
    } finally {
      await worker.close()
    }
  }

  #session(): Promise<Session> {
    return this.#connection.ready(PATIENCE)
  }
}
