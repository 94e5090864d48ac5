/** The doctor's side of multicast: asks on all interfaces at once, and notes what comes back and from whom. */
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../core/protocol/clock.ts'
import type { Nic } from '../interfaces.ts'
import { familiesOf, type GroupSocket, openGroup, type Sent } from './group-socket.ts'
import { type About, encodeQuestion } from './question.ts'

/** Milliseconds between two questions: one may be lost. */
const AGAIN = 350

/** Answers kept: nobody fills the memory. */
const MOST = 100

/** What was seen of an interface's multicast. */
export interface Sight {
  readonly interface: string
  readonly sent: Sent
  /** What was sent was heard here again, as multicast is by the computer that sends it: neither direction is closed at this computer. */
  readonly looped: boolean
  /** Why there is no socket, if so. */
  readonly trouble?: string
}

export interface Answer {
  readonly about: About
  readonly fingerprint: string
  readonly open: boolean | null
  readonly host: string
}

interface Ear {
  readonly name: string
  socket: GroupSocket | null
  sent: Sent
  looped: boolean
  trouble?: string
}

export class Ears {
  readonly #clock: Clock
  readonly #ears: Ear[] = []
  readonly #answers: Answer[] = []
  readonly #waiting = new Set<() => void>()
  /** What our questions are known by. */
  readonly token = randomBytes(8).toString('hex')

  constructor(nics: readonly Nic[], clock: Clock) {
    this.#clock = clock
    for (const nic of nics) {
      const ear: Ear = { name: nic.name, socket: null, sent: 'failed', looped: false }
      const [family] = familiesOf(nic)
      if (family === undefined) continue
      ear.socket = openGroup(nic, family, {
        heard: (what, from, own) => {
          if (what.token !== this.token) return
          if (what.kind === 'question') ear.looped ||= own
          else if (this.#answers.length < MOST) {
            const { about, fingerprint, open } = what
            this.#answers.push({ about, fingerprint, open, host: from })
          }
          for (const look of [...this.#waiting]) look()
        },
        broken: (message) => {
          ear.trouble = message
        },
      })
      this.#ears.push(ear)
    }
  }

  /** Asks on all interfaces, and once more a moment later; resolves when both have gone out. */
  async ask(about: About): Promise<void> {
    const packet = encodeQuestion({ token: this.token, about })
    for (let time = 0; time < 2; time++) {
      if (time > 0) await this.#pause(AGAIN)
      await Promise.all(
        this.#ears.map(async (ear) => {
          const sent = (await ear.socket?.send(packet)) ?? 'failed'
          if (ear.sent !== 'sent') ear.sent = sent
        }),
      )
    }
  }

  /** Resolves when somebody answered so, or after `millis`. */
  answer(fits: (answer: Answer) => boolean, millis: number): Promise<Answer | null> {
    return new Promise((resolve) => {
      const settle = (answer: Answer | null) => {
        cancel()
        this.#waiting.delete(look)
        resolve(answer)
      }
      const look = () => {
        const found = this.#answers.find(fits)
        if (found) settle(found)
      }
      const cancel = this.#clock.after(millis, () => settle(null))
      this.#waiting.add(look)
      look()
    })
  }

  get answers(): readonly Answer[] {
    return this.#answers
  }

  sights(): Sight[] {
    return this.#ears.map(({ name, sent, looped, trouble }) => ({
      interface: name,
      sent,
      looped,
      ...(trouble === undefined ? {} : { trouble }),
    }))
  }

  close(): void {
    for (const { socket } of this.#ears) socket?.close()
  }

  #pause(millis: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(millis, resolve))
  }
}
