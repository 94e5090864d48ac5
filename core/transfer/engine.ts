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
}

export interface OfferSummary {
  /** The first `MAX_OFFER_FILES` files, with `/` between folders. */
  readonly files: OfferedFile[]
  readonly count: number
  readonly bytes: number
  /** What was left out and why (links, sockets, unreadable), as sentences. */
  readonly skipped: string[]
}

export type EnginePath = 'direct' | 'reverse'

export interface EngineEvents {
  /** The peer server listens on this port now. */
  listening: [{ port: number }]
  /** Receiving: `bytes` of `of` are checked and on disk (counts what earlier attempts brought). At most ten a second. */
  progress: [{ transfer: string; bytes: number; of: number }]
  /** Receiving: a socket to the sender is open and proven. */
  connected: [{ transfer: string; path: EnginePath }]
  /** Receiving: none of the sender's endpoints answered; ask the registry for a dial-back on this ticket. Waits for it until the ticket's end. */
  unreachable: [{ transfer: string; ticket: string }]
  /** Receiving: all blocks are here; the whole is being checked and synced. */
  verifying: [{ transfer: string }]
  /**
   * Receiving: every byte is checked, synced and renamed into place. `paths`: absolute, top level. `bytes`: of the whole
   * transfer; `seconds`: of this attempt, from the open socket on.
   */
  received: [{ transfer: string; paths: string[]; bytes: number; seconds: number; path: EnginePath }]
  /** Receiving ended without all, its files are closed; what has arrived is kept for the next attempt. Not told after `stop`. */
  failed: [{ transfer: string; code: ErrorCode; message: string }]
  /**
   * Sending: a receiver has so much of the stream (what it had from earlier attempts included, once it asks for blocks). At most
   * ten a second; the first, with 0, when its ticket was proven.
   */
  sending: [{ transfer: string; ticket: string; user: string; bytes: number; of: number; path: EnginePath }]
  /** Sending: the receiver confirmed all, checked and in place. `bytes`: of the whole transfer; `seconds`: of this socket. */
  sent: [{ transfer: string; ticket: string; user: string; bytes: number; seconds: number; path: EnginePath }]
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
   * Receiver's half: connects to the ticket's peer and pulls the blocks that `into` does not have yet. Returns at once;
   * all that follows is told by events. Goes on from what an earlier attempt of the same transfer left in `into`. An attempt
   * that still runs is replaced, without an event.
   */
  fetch(request: { ticket: Ticket; into: string; expect: { bytes: number; count: number } }): void
  /**
   * Stops receiving, without `failed`; `remove` also deletes what has arrived of it in `into`. Resolves when its files are closed.
   * When every block is already here, it is too late: then `received` comes first. Rejects with `folder-unwritable`.
   */
  stop(transfer: string, options: { into: string; remove: boolean }): Promise<void>
  /** Ends everything so that it can go on later: peers are told `connection-lost`. No events but `received` and `sent` from then on. */
  close(): Promise<void>
}
