/** How often discovery looks, asks and gives up; milliseconds unless said otherwise. Tests pass shorter ones. */
export interface Timings {
  /** Between two looks at the system's interfaces (0.2 ms each): a cable put in shows within that time. */
  readonly poll: number
  /** After an interface came up, so that a lost packet does not cost a whole round. */
  readonly burst: readonly number[]
  /** Between two queries afterwards: TTLs are hours, so only answers tell that a registry is still there. */
  readonly query: number
  /** An answer takes at most this long (RFC 6762 §6: up to 120 ms, several responders and slow Wi-Fi on top). */
  readonly answer: number
  /** Rounds without an answer after which a registry counts as lost: Wi-Fi drops multicast now and then. */
  readonly misses: number
  /** For a goodbye to be sent, and for a socket to close, before the program goes on without it. */
  readonly goodbye: number
}

export const TIMINGS: Timings = { poll: 2_000, burst: [0, 250, 1_000], query: 5_000, answer: 1_000, misses: 3, goodbye: 500 }
