/** A registry without its socket and its folder: takes links, serves sessions over them. */
import type { Link } from '../link/link.ts'
import { asOptiChatError } from '../protocol/errors.ts'
import type { Context } from './context.ts'
import { armDeadline } from './deadline.ts'
import { dispatch, type Later } from './dispatch.ts'
import { Session } from './session.ts'

/** Milliseconds for the goodbyes to leave; a link that takes longer is cut with the socket. */
const GOODBYE = 2_000

export class Hub {
  readonly #context: Context
  readonly #links = new Set<Link>()
  /** Requests being worked on. */
  #working = 0
  #allDone: () => void = () => undefined
  readonly #later: Later = {
    begun: () => void this.#working++,
    done: () => {
      if (--this.#working === 0) this.#allDone()
    },
  }
  #stopping = false
  #lastGone: () => void = () => undefined

  constructor(context: Context) {
    this.#context = context
  }

  /** Serves a client over a link that was just opened. */
  accept(link: Link): void {
    const { clock, sessions, accounts, rates } = this.#context
    const session = new Session(link, link.peerFingerprint ?? '', (ended, reason) => this.#ended(ended, reason))
    this.#links.add(link)
    link.start({
      frame: (text) => this.#frame(session, text),
      ended: (reason) => {
        session.lost(reason)
        this.#links.delete(link)
        if (this.#links.size === 0) this.#lastGone()
      },
    })
    if (this.#stopping) this.#refuse(session, 'registry-stopping', 'the registry is stopping')
    // Without a certificate there is no device to enrol, nor one a peer could know.
    else if (link.peerFingerprint === null) this.#refuse(session, 'bad-frame', 'it showed no device certificate')
    else {
      try {
        if (!accounts.ofDevice(session.fingerprint)) rates.take('connect', session.address)
        if (sessions.add(session)) armDeadline(clock, session)
        else this.#refuse(session, 'slow-down', 'too many connections')
      } catch (error) {
        this.#refuse(session, asOptiChatError(error).code, 'too many connections in a short time')
      }
    }
  }

  /** Finishes what was asked for, ends all sessions, saying why, and takes no more; resolves when the goodbyes have left. */
  async stop(reason: string): Promise<void> {
    this.#stopping = true
    if (this.#working > 0) {
      await new Promise<void>((resolve) => {
        this.#allDone = resolve
      })
    }
    const { clock, sessions } = this.#context
    for (const session of sessions.all()) session.end(reason)
    if (this.#links.size === 0) return
    await new Promise<void>((resolve) => {
      const cancel = clock.after(GOODBYE, resolve)
      this.#lastGone = () => {
        cancel()
        resolve()
      }
    })
  }

  #frame(session: Session, text: string): void {
    if (this.#stopping) return
    dispatch(this.#context, session, text, this.#later)
  }

  #refuse(session: Session, reason: string, why: string): void {
    this.#context.journal.refusal(session.address)`a connection from ${session.address} was refused: ${why}`
    session.end(reason)
  }

  #ended(session: Session, reason: string): void {
    const { sessions, accounts, offers, presences, relays, journal } = this.#context
    sessions.remove(session)
    accounts.release(session)
    offers.drop(session)
    if (reason === 'device-revoked') relays.drop(session.fingerprint)
    if (session.attempt?.kind === 'signing-in') {
      journal.refusal(
        session.address,
      )`${session.address} began to sign in as ${session.attempt.name} and went (a wrong password, most likely)`
    }
    if (reason === 'too-slow' || reason === 'timed-out' || reason === 'bad-frame') {
      journal.refusal(session.address)`${session.account?.name ?? 'somebody'} at ${session.address} was closed: ${reason}`
    }
    presences.leave(session)
  }
}
