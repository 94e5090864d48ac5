/** The registry's own bounds, each beside the sentence that justifies it. Those a client must know are in protocol/limits.ts. */

/** Sessions at once: beyond it file descriptors and memory of a small machine run out. */
export const MAX_SESSIONS = 10_000

/** Sessions from one address: a lab's terminal server, but not one machine that takes all places. */
export const MAX_SESSIONS_PER_ADDRESS = 1_000

/** Sessions from one address that have not signed in yet. */
export const MAX_STRANGERS_PER_ADDRESS = 200

/** Milliseconds that a ticket for an offer made just now waits for its sender to say that it holds the files: a round trip of a busy computer. */
export const SERVE_GRACE = 2_000

/** Refused frames, less the good ones since, after which a session is ended: it isn't going to make sense any more. */
export const MAX_REFUSED = 20

/** Requests of one session that are being worked on; a further one is answered `slow-down`, so that memory is bounded. */
export const MAX_IN_FLIGHT = 10_000

/** Characters of requests of one session that are being worked on. */
export const MAX_IN_FLIGHT_CHARACTERS = 64 * 1024 * 1024

/** Accounts: registering costs nothing, a disk does. */
export const MAX_USERS = 50_000

/** Rooms that one user is in: what somebody can be invited into has a bound, and so has what it is told when it comes. */
export const MAX_ROOMS_OF_USER = 200

/** Rooms at once. */
export const MAX_ROOMS = 10_000

/** Characters of rows in one `sync` reply; what is left follows as events, which cost less and don't outgrow MAX_FRAME. */
export const MAX_SYNC_REPLY = 16 * 1024

/** Users in the `sync` reply, and in each event of the others: some 15 KiB, so that one leaves at a time and TLS keeps memory for no more. */
export const ROSTER_ROWS = 150

/**
 * Users up to which lists of them leave bit by bit: a client then costs 16 KiB less for as long as it is there. Each bit is a write, and a list of
 * thousands hundreds of them, when everybody comes back at once.
 */
export const BIT_BY_BIT_USERS = 2_000

/** Log positions looked at for one page of catching up: so long the store's worker is busy with one session at most. */
export const PAGE_WINDOW = 5_000

/** Messages of one page of catching up. */
export const PAGE_ROWS = 200

/** Characters of one page of catching up, after which it ends; a single message may go beyond. */
export const PAGE_CHARACTERS = 64 * 1024

/** Unsent bytes at which what a session missed waits until it has drained: what is written at once is memory that TLS keeps. */
export const CATCH_UP_BUFFERED = 128 * 1024

/** Milliseconds between looks at whether it has drained. */
export const CATCH_UP_PAUSE = 5

/** Live messages kept for a session while its last page is read; with more, one more page is read. */
export const MAX_HELD = 1_000

/** Milliseconds between two receipts of one user that all are told of, where it is not known whom they concern. */
export const TELL_ALL_INTERVAL = 500

/** Delivered messages a session remembers the authors of, to tell just them of a receipt. */
export const MAX_REMEMBERED = 10_000

/** Sessions to which "is writing" is passed on; among more people it would be a flood that nobody reads. */
export const MAX_TYPING_AUDIENCE = 50

/** Conversations in which one session writes at a time: more is no person's hands. */
export const MAX_TYPED_IN = 20

/** Registrations and logins begun on one session: each costs the registry some milliseconds of computing. */
export const MAX_BEGUN = 50

/** Sign-in attempts without a success for one name from one address before each further one has to wait. */
export const FREE_ATTEMPTS = 5

/** Milliseconds to wait after the first attempt too many; doubles with each. */
export const FIRST_WAIT = 1_000

/** The longest wait: somebody who forgot the password is not locked out for the day. */
export const LONGEST_WAIT = 5 * 60_000

/** Milliseconds without an attempt after which the earlier ones are forgotten. */
export const ATTEMPTS_REMEMBERED = 60 * 60_000

/** (Name, address) pairs whose attempts are remembered; the oldest goes first. */
export const MAX_REMEMBERED_ATTEMPTS = 50_000

/** Tickets of one session that are still usable. */
export const MAX_TICKETS = 1_000

/** Relayed transfers at once: a path for the few that have no other, not the way all files go. */
export const MAX_RELAYS = 64

/** Relayed transfers that one user receives at once. */
export const MAX_RELAYS_OF_USER = 4

/** Bytes a second that are relayed for one user, all its relays and both directions together: less than half of a gigabit, so that chat has its way. */
export const RELAY_RATE = 50 * 1024 * 1024

/**
 * Bytes a second that are relayed for all users together: less than a gigabit, so that chat has its way on the registry's own cable; at 1.3 to 4.5
 * processor seconds a GiB (`npm run bench:relay`, on loopback and a virtual LAN) at most some two fifths of a core.
 */
export const RELAY_RATE_OF_ALL = 100 * 1024 * 1024

/** Bytes that wait in each direction of a relay: enough for a fast network, and a slow receiver costs no more. */
export const RELAY_BUFFER = 256 * 1024

/** Milliseconds in which a connection that wants to be relayed has said its token. */
export const RELAY_PREFACE_TIMEOUT = 5_000

/** Connections that have not said their token yet, of all. */
export const MAX_RELAY_STRANGERS = 64

/** Milliseconds without a byte after which a relay is closed: the peers say something every five seconds. */
export const RELAY_IDLE = 60_000

/** Milliseconds that the rest of a relay whose one side has gone may take to reach the other. */
export const RELAY_LINGER = 10_000

/** Milliseconds between looks for messages older than they are kept. */
export const RETENTION_INTERVAL = 60 * 60_000

/** Milliseconds between looks for messages that were delivered, where they are not kept past that. */
export const DELIVERED_INTERVAL = 5 * 60_000

/** Messages deleted in one transaction, so that nobody's message waits for long. */
export const RETENTION_BATCH = 5_000

/** Lines about refusals of one address in REFUSALS_INTERVAL; further ones are counted. */
export const REFUSALS_TOLD = 5

/** Milliseconds after which refusals that were only counted are told. */
export const REFUSALS_INTERVAL = 60_000

/** Addresses whose refusals are counted apart. */
export const REFUSING_ADDRESSES = 20

/** Milliseconds for which somebody can register with an invitation code. */
export const INVITE_LIFETIME = 7 * 24 * 60 * 60_000

/** Milliseconds for which a code sets a new password. */
export const RESET_LIFETIME = 24 * 60 * 60_000

/** Devices of one user: all that somebody has had in years. */
export const MAX_DEVICES = 100

/** Token buckets of devices and addresses; the least recently used is forgotten, which fills it. */
export const MAX_REMEMBERED_BUCKETS = 50_000

/** Milliseconds over which stored messages are counted into one line of the log. */
export const COUNTING_INTERVAL = 1_000

/** Doctors' questions being looked into at once: each is some dials of a few seconds. */
export const MAX_REACHES = 20

/** Milliseconds for a device to say what came of a dial for a doctor, the dial itself included. */
export const PROBE_PATIENCE = 6_000

/** Milliseconds for which it is still true that others reached the registry: so a flood of questions asks nobody twice. */
export const OPEN_REMEMBERED = 2_000

/** Milliseconds between looks whether memory can be given back: seldom enough to cost nothing, soon enough after people have come in. */
export const GIVE_BACK_INTERVAL = 5_000

/** The share of such a time that a thread was busy, below which nobody notices that it collects what it no longer needs. */
export const QUIET = 0.1

/** Bytes of young generation that are worth giving back. */
export const GIVE_BACK_FROM = 3 * 1024 * 1024
