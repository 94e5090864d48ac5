/** Permissions for two named devices to open one peer socket for one transfer. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { TICKET_LIFETIME } from '../protocol/limits.ts'
import type { Ticket } from '../protocol/messages.ts'
import type { Account } from './accounts.ts'
import { MAX_TICKETS } from './limits.ts'
import type { Session } from './session.ts'

interface Issued {
  /** The device that may ask the other to dial back, or for the relay. */
  readonly receiver: string
  readonly sender: Session
  dialledBack: boolean
  relayed: boolean
}

export interface Party {
  readonly session: Session
  readonly account: Account
}

export class Tickets {
  readonly #clock: Clock
  readonly #issued = new Map<string, Issued>()
  readonly #perDevice = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get count(): number {
    return this.#issued.size
  }

  /**
   * Both halves of a new ticket; it is forgotten after TICKET_LIFETIME.
   * @throws OptiChatError `slow-down` when the device has very many
   */
  issue(transfer: string, sender: Party, receiver: Party): { forSender: Ticket; forReceiver: Ticket } {
    const device = receiver.session.fingerprint
    const held = this.#perDevice.get(device) ?? 0
    if (held >= MAX_TICKETS) throw new OptiChatError('slow-down', 'tickets', { retryAfter: TICKET_LIFETIME })
    const half = (peer: Party): Ticket => ({
      id,
      secret,
      transfer,
      lifetime: TICKET_LIFETIME,
      peer: { user: peer.account.id, fingerprint: peer.session.fingerprint, endpoints: [...peer.session.endpoints] },
    })
    const id = randomUUID()
    const secret = randomBytes(32).toString('base64url')
    this.#issued.set(id, { receiver: device, sender: sender.session, dialledBack: false, relayed: false })
    this.#perDevice.set(device, held + 1)
    this.#clock.after(TICKET_LIFETIME, () => this.#forget(id, device), true)
    return { forSender: half(receiver), forReceiver: half(sender) }
  }

  /**
   * The session that is to dial the holder of this ticket.
   * @throws OptiChatError `ticket-refused` (unknown, out of date, another device's, asked before), `peer-away`
   */
  dialBack(id: string, asking: Session): Session {
    const issued = this.#asked(id, asking, 'dialledBack')
    issued.dialledBack = true
    return issued.sender
  }

  /**
   * The session that is to meet the holder of this ticket at the relay.
   * @throws OptiChatError as `dialBack`
   */
  relay(id: string, asking: Session): Session {
    const issued = this.#asked(id, asking, 'relayed')
    issued.relayed = true
    return issued.sender
  }

  #asked(id: string, asking: Session, before: 'dialledBack' | 'relayed'): Issued {
    const issued = this.#issued.get(id)
    if (issued?.receiver !== asking.fingerprint || issued[before]) throw new OptiChatError('ticket-refused')
    if (issued.sender.ended) throw new OptiChatError('peer-away')
    return issued
  }

  #forget(id: string, device: string): void {
    this.#issued.delete(id)
    const left = (this.#perDevice.get(device) ?? 1) - 1
    if (left > 0) this.#perDevice.set(device, left)
    else this.#perDevice.delete(device)
  }
}
