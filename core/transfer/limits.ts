/** Every bound of a transfer, each beside the sentence that justifies it. Sizes are bytes and times milliseconds unless said otherwise. */

/** One control frame once the peer is proven: a chunk of the manifest is cut well below it. */
export const MAX_CONTROL = 256 * 1024

/** One control frame before the proof: an OPEN is about 250 bytes; a stranger gets no room for more. */
export const MAX_UNPROVEN = 1024

/** Entries of one chunk of the manifest: a few tens of KiB, so that other sockets get their turn between two. */
export const CHUNK_ENTRIES = 256

/** Bytes of one chunk beyond which nothing more is added to it, so that the longest paths in JSON's worst escaping still fit `MAX_CONTROL`. */
export const CHUNK_SIZE = 32 * 1024

/** Chunks whose entries are held ready: the one that is being read and written, and a few for other receivers. */
export const PAGES_OPEN = 4

/** Files and folders of one transfer: what both ends can hold in memory, some 70 bytes each. */
export const MAX_ENTRIES = 1_000_000

/** Folders among them: each of them costs a receiver more than a line, as it keeps apart the names in it. */
export const MAX_FOLDERS = 250_000

/**
 * MiB in which the engine's thread makes objects before it looks which of them are still used: V8's own bound, 48, is filled by any large folder
 * and stays with the program. 100,000 files take no longer with 12; with 8 more of them live long enough to be kept, which costs more memory again.
 */
export const YOUNG_MEMORY = 12

/** Folders within folders: deeper trees than any real one are made to fill memory. */
export const MAX_DEPTH = 200

/** The whole manifest, so that a million of the longest paths cannot fill a receiver's memory. */
export const MAX_MANIFEST = 96 * 1024 * 1024

/**
 * Blocks that a receiver has asked for and not got on the disk: keeps a 10 Gbit/s link busy over the round trip of any LAN, and one of 2.5 while the disk takes
 * 25 ms for a block, as it does now and then: of six files each, 97 to 100% of its rate came through with 16, with 8 once 87. Memory for as many.
 */
export const WINDOW = 16

/** Blocks a sender lets a receiver ask for ahead: a bound on the queue, well above what any honest receiver does. */
export const MAX_WANTED = 256

/** One write to the TLS socket. 64 KiB measured best: less costs more calls, more makes other sockets wait. */
export const SLICE = 64 * 1024

/**
 * One write to a file. For a whole MiB at once Linux seeks as much memory in one piece, and a virtual machine may have given just such pieces back to
 * its host: then 1 GiB took 3.4 s where it takes 1.5 in pieces of 256 KiB. (64 KiB: 1.6.)
 */
export const WRITE = 256 * 1024

/**
 * Files from here on are written past the system's cache where it can be done. What is smaller may be looked at as soon as it has come, and costs little
 * either way: a file costs one more opening then.
 */
export const PAST_CACHE = 8 * 1024 * 1024

/** From the TCP connection to the proof. */
export const PROOF_TIMEOUT = 10_000

/** How long the first frame of a peer waits for its ticket, as the registry's word to it can overtake the one to us. */
export const TICKET_GRACE = 3_000

/** Sockets that have proven nothing yet, in all and from one address: strangers cannot use up memory or file descriptors. */
export const MAX_PENDING = 64
export const MAX_PENDING_FROM_ONE = 16

/** Sockets of receivers at once, in all and of one device: bounds descriptors and buffers (two blocks each). */
export const MAX_SENDING = 64
export const MAX_SENDING_TO_ONE = 8

/** Transfers that are known to have been received; somebody asks again within milliseconds, if at all. */
export const MAX_RECEIVED_KNOWN = 1_000

/** Between two attempts on different endpoints (RFC 8305 §8's "connection attempt delay"). */
export const DIAL_STAGGER = 250

/** For all endpoints together; after it the other side is asked to dial. */
export const DIAL_TIMEOUT = 8_000

/** From the first endpoint dialled until the other side is asked to dial as well; dialling goes on behind it. */
export const UNREACHABLE_AFTER = 2_000

/** From dialling a relay until the other side has come to it, too. */
export const RELAY_TIMEOUT = 20_000

/** Bytes a second below which no cap goes: a slice must pass well within the silence that ends a connection. */
export const MIN_CAP = 16 * 1024

/** Longest wait for a cap before it is asked for again, as it may have been changed meanwhile. */
export const MAX_WAIT = 250

/** How long a peer may take to answer when this computer wants to know whether it is still there. */
export const ECHO_TIMEOUT = 3_000

/** A side that has sent nothing for so long says PING. */
export const PING_INTERVAL = 5_000

/** Silent intervals after which the connection counts as lost: a pulled cable shows within 20 to 25 s. */
export const SILENT_INTERVALS = 4

/** How long a socket that was ended politely may take to close. */
export const LINGER = 2_000

/** How often progress is told. */
export const PROGRESS_INTERVAL = 100

/** The part folder is synced, and that is noted, when so many bytes have come, at most so often: so a later attempt has little to check again. */
export const CHECKPOINT_BYTES = 64 * 1024 * 1024
export const CHECKPOINT_INTERVAL = 2_000

/**
 * So much of a file that grows is put on the disk at a time: while the network is at work the disk is, too, so that neither a checkpoint nor the end has
 * much to wait for. In one go at a checkpoint, 900 MiB held up those that came for half a second; 64 at a time hold up nothing.
 */
export const FLUSH_BYTES = 64 * 1024 * 1024

/** Where less comes, it is synced after this time. */
export const SLOW_CHECKPOINT_INTERVAL = 30_000

/** Up to so many files are synced one by one; for more, one sync of the whole filesystem is several times faster. */
export const SYNC_EACH = 16

/** Work on many small files goes on for so long before other sockets and commands get their turn. */
export const TURN = 10

/** What was left out is told one by one up to here, then counted. */
export const MAX_SKIPPED = 100

/** The end of the year 9999, ms since 1970: later times are no file's, and some filesystems fail on them. */
export const MAX_TIME = 253_402_300_799_000

/** How often a receiver whose disk is full looks whether there is room again. */
export const DISK_POLL = 2_000

/** Ping intervals (five minutes) in which at least a slice must move where blocks are on their way: a peer that drips bytes holds nothing for ever. */
export const DRIP_INTERVALS = 60

/** Files that could not be sent are named in an event up to here, then counted. */
export const MAX_MISSING_NAMED = 100

/** Bytes of a path on most systems (PATH_MAX of Linux, its NUL included; macOS has 1,024), and characters on Windows with `\\\\?\\`. */
export const MAX_SYSTEM_PATH = { linux: 4_095, darwin: 1_023, win32: 32_000 }
