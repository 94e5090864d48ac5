/**
 * Moves the bytes: peer server, dialler, sender and receiver, all in a worker thread, so that neither the host's event loop nor
 * its window feels a transfer. The client tells it what may move (from tickets) and hears what did.
 */
import type { Identity } from '../identity/certificate.ts'
import type { ErrorCode } from '../protocol/errors.ts'
import type { OfferedFile, Ticket } from '../protocol/messages.ts'

export interface EngineOptions {
  readonly identity: Identity
  /** Where to listen. No host: all addresses of the machine, IPv6 and IPv4; no port: any. Tests on loopback give 127.0.0.1. */
  readonly listen?: { readonly host?: string; readonly port?: number }
  readonly cap?: Caps
}

export interface OfferSummary {
  /** The first `MAX_OFFER_FILES` files, with `/` between folders. */
  readonly files: OfferedFile[]
  readonly count: number
  readonly bytes: number
  /** What was left out and why (links, sockets, unreadable), as sentences. */
  readonly skipped: string[]
}

/** `direct`: the receiver dialled the sender; `reverse`: the sender dialled the receiver; `relay`: both dialled the registry's relay. */
export type EnginePath = 'direct' | 'reverse' | 'relay'

/** A file that is not among what arrived, and why: what became of it at the sender while it was being sent. */
export interface MissingFile {
  /** As in the offer. */
  readonly path: string
  readonly code: 'file-changed' | 'file-unreadable'
}

/** Bytes a second for all transfers together, up (sent) and down (received). `null`: no bound; not named: as it was. */
export interface Caps {
  readonly up?: number | null
  readonly down?: number | null
}

export interface EngineEvents {
  /** The peer server listens on this port now. */
  listening: [{ port: number }]
  /** Receiving: `bytes` of `of` are checked and on disk (counts what earlier attempts brought). At most ten a second. */
  progress: [{ transfer: string; bytes: number; of: number }]
  /** Receiving: a socket to the sender is open and proven. */
  connected: [{ transfer: string; path: EnginePath }]
  /**
   * Receiving: none of the sender's endpoints has answered for two seconds, or at all; ask the registry for a dial-back on this ticket, or
   * for a relay. Waits for either until the ticket's end, and goes on dialling behind it.
   */
  unreachable: [{ transfer: string; ticket: string }]
  /** Receiving: all blocks are here; the whole is being checked and synced. */
  verifying: [{ transfer: string }]
  /**
   * Receiving: every byte is checked, synced and renamed into place, but for the files that the sender could not read as they were
   * offered: the first hundred of those in `missing`, all counted in `missingCount`. `paths`: absolute, top level. `bytes`: of what
   * is in place; `seconds`: of this attempt, from the open socket on.
   */
  received: [
    {
      transfer: string
      paths: string[]
      bytes: number
      seconds: number
      path: EnginePath
      missing: readonly MissingFile[]
      missingCount: number
    },
  ]
  /** Receiving: it cannot go on for now (`disk-full`) and keeps its socket; it goes on by itself, with the next `progress`. */
  paused: [{ transfer: string; code: ErrorCode; message: string }]
  /** Receiving ended without all, its files are closed; what has arrived is kept for the next attempt. Not told after `stop`. */
  failed: [{ transfer: string; code: ErrorCode; message: string }]
  /**
   * Sending: a receiver has so much of the stream (what it had from earlier attempts included, once it asks for blocks). At most
   * ten a second; the first, with 0, when its ticket was proven.
   */
  sending: [{ transfer: string; ticket: string; user: string; bytes: number; of: number; path: EnginePath }]
  /** Sending: the receiver confirmed what is in place there, as its `received` says. `seconds`: of this socket. */
  sent: [
    {
      transfer: string
      ticket: string
      user: string
      bytes: number
      seconds: number
      path: EnginePath
      missing: readonly MissingFile[]
      missingCount: number
    },
  ]
  /** Sending: the receiver cannot go on for now and says why; the next `sending` means that it does. */
  sendingPaused: [{ transfer: string; ticket: string; user: string; code: ErrorCode }]
  /** Sending on this ticket ended without all: also when `unserve` ended it (`cancelled`), or no dial-back came through. */
  sendingFailed: [{ transfer: string; ticket: string; user: string; code: ErrorCode; message: string }]
  /** The engine stopped by itself; all that it was doing has been told as failed. Start another one. */
  died: [{ code: ErrorCode; message: string }]
}

export interface TransferEngine {
  /** The port the peer server listens on, from when `startEngine` resolved. */
  readonly port: number
  on<E extends keyof EngineEvents>(event: E, listener: (...args: EngineEvents[E]) => void): () => void

  /**
   * Lists files and folders and holds them ready under this id; again for the same id: lists anew. Rejects with
   * `nothing-to-send`, `file-unreadable` (the detail names which), `too-many-files`.
   */
  serve(transfer: string, paths: readonly string[]): Promise<OfferSummary>
  /** Stops serving it and ends its sockets; receivers are told `cancelled`. */
  unserve(transfer: string): void
  /** Sender's half of a ticket: its peer may now open one socket for the transfer. */
  admit(ticket: Ticket): void
  /** The peer could not reach us: dial its endpoints with this ticket, then serve over that socket. */
  dialBack(ticket: string): void
  /**
   * Either half: meet the other side of this ticket at a registry's relay, which knows us by `token`. Other ways go on being tried, and
   * the first that comes through is taken. Nothing happens for a ticket that nobody waits for any more.
   */
  relay(call: { ticket: string; host: string; port: number; token: string }): void

  /**
   * Receiver's half: connects to the ticket's peer and pulls the blocks that `into` does not have yet. Returns at once;
   * all that follows is told by events. Goes on from what an earlier attempt of the same transfer left in `into`. An attempt
   * that still runs is replaced, without an event; one that has every block ends as `received` instead, and is all that happens.
   */
  fetch(request: { ticket: Ticket; into: string; expect: { bytes: number; count: number } }): void
  /**
   * Stops receiving, without `failed`; `remove` also deletes what has arrived of it in `into`, else it can go on later. The sender is told
   * `cancelled` or `paused`. Resolves when its files are closed.
   * When every block is already here, it is too late: then `received` comes first. Rejects with `folder-unwritable`.
   */
  stop(transfer: string, options: { into: string; remove: boolean }): Promise<void>
  /** Holds all transfers together to a speed from now on. */
  cap(caps: Caps): void
  /**
   * This computer slept, or its addresses changed: ends the sockets whose address here is gone with `connection-lost`, and those whose
   * peer does not answer within three seconds.
   */
  nudge(): void
  /** Ends everything so that it can go on later: peers are told `connection-lost`. No events but `received` and `sent` from then on. */
  close(): Promise<void>
}
