/**
 * The smallest connection that a registry and a client need: text frames both ways, who is at the other end, and the channel
 * binding. Two make it: a WebSocket over TLS, and a pair in memory for tests and simulation; both pass one contract suite.
 */
export interface Link {
  /** The other end's IP address as the socket sees it (`memory` for a pair). */
  readonly remoteAddress: string
  /** SHA-256 fingerprint of the other end's certificate, lower-case hex; null when it showed none. */
  readonly peerFingerprint: string | null
  /** Bytes accepted by `send` that have not left this process. */
  readonly buffered: number
  /** TLS exporter (RFC 8446 §7.5, context-free): the same 32 bytes at both ends of one connection and nowhere else. */
  exportKey(label: string): Buffer
  /**
   * Queues one frame. Frames sent in one turn of the event loop may leave in one write; none leaves after a later one. After the end: does nothing.
   */
  send(frame: string, manner?: Manner): void
  /**
   * Starts the flow; called once, in the turn in which the link was handed over. `frame` gets each whole text frame in order;
   * `ended` is called once, whichever side ended it and why, and nothing is called after it.
   */
  start(handlers: LinkHandlers): void
  /** Ends the link once what was sent has left. `reason` is a code the other end gets as its `ended` reason. */
  close(reason: string): void
  /** Ends it now, saying nothing. */
  destroy(): void
}

/**
 * `now`: in this turn of the event loop, unless said otherwise. `soon`: within milliseconds, where many have such a one. `bit by bit`: a long list of
 * which nobody needs the end at once, written so that a connection doesn't take memory for it that it would keep.
 */
export type Manner = 'now' | 'soon' | 'bit by bit'

export interface LinkHandlers {
  frame(text: string): void
  /** The reason the other end or this one gave to `close`; `lost` when there was none. */
  ended(reason: string): void
}
