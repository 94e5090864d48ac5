/** How often discovery looks, asks and gives up; milliseconds unless said otherwise. Tests pass shorter ones. */
export interface Timings {
  /** Between two looks at the system's interfaces (0.2 ms each): a cable put in shows within that time. */
  readonly poll: number
  /** How far the wall clock runs ahead of a look when the machine slept. */
  readonly slept: number
  /** After an interface came up, questions that are answered to us alone: lost packets must not cost a whole round. */
  readonly burst: readonly number[]
  /** Between two rounds of questions to everybody: TTLs are hours, so only answers tell that a registry is still there. */
  readonly query: number
  /** An answer takes at most this long (RFC 6762 §6: up to 120 ms, slow Wi-Fi on top); who is missing then is asked again, that often. */
  readonly answer: number
  /** Questions without an answer after which a registry counts as lost: at 20% loss each way a wrong guess in 3,500 rounds. */
  readonly misses: number
  /** Rounds after which IPv6 is asked, too, for registries that IPv4 does not show. */
  readonly ipv6Every: number
  /** For a goodbye to be sent, and for a socket to close, before the program goes on without it. */
  readonly goodbye: number
}

export const TIMINGS: Timings = {
  poll: 1_000,
  slept: 10_000,
  burst: [0, 100, 250, 450, 700],
  query: 4_000,
  answer: 600,
  misses: 8,
  ipv6Every: 3,
  goodbye: 500,
}
