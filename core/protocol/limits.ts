/** Every bound of the wire contract, each beside the sentence that justifies it. Sizes are bytes unless said otherwise. */

/** The version spoken at `hello`. Raised when an old client could no longer follow. */
export const PROTOCOL_VERSION = 1

/** The registry's TCP port: unassigned at IANA when chosen. */
export const REGISTRY_PORT = 6784

/** ALPN names: each end checks the one it got, since a peer that offers no ALPN at all is accepted by TLS. */
export const REGISTRY_ALPN = 'optichat/1'
export const PEER_ALPN = 'optichat-peer/2'

/** The one WebSocket path and subprotocol. */
export const REGISTRY_PATH = '/optichat'
export const REGISTRY_SUBPROTOCOL = 'optichat.1'

/** One WebSocket frame: room for the longest text in JSON's worst escaping (6 bytes a character) and its envelope. */
export const MAX_FRAME = 512 * 1024

/** Characters of one text message: some 25 pages; longer things are files. */
export const MAX_TEXT = 65_536

/** People named in one selected audience; more than that is `everyone` or a room. */
export const MAX_AUDIENCE = 1_000

/** Characters of a user's name, after normalisation: fits a roster row. */
export const MAX_NAME = 40

/** Characters of a password. It never leaves the client; the bound keeps a paste from stalling the stretching. */
export const MAX_PASSWORD = 1_024

/** The shortest password taken at registration. */
export const MIN_PASSWORD = 8

/** Characters of a room's name: a line of a sidebar. */
export const MAX_ROOM_NAME = 60

/** Members of one room: as many as one selected audience names. */
export const MAX_ROOM_MEMBERS = 1_000

/** Members of an open room named to those who are not in it: a taste; everybody hears of every open room. */
export const MAX_MEMBERS_NAMED = 20

/** Characters of a reaction: the longest emoji sequences (families, flags of regions) fit. */
export const MAX_EMOJI = 16

/** Files named in an offer itself. The whole list travels from peer to peer in the manifest. */
export const MAX_OFFER_FILES = 100

/** Characters of one relative path in an offer or a manifest: Linux's PATH_MAX. */
export const MAX_PATH = 4_096

/** Other registries that one tells of: more than any place has, and a short answer. */
export const MAX_NEIGHBOURS = 32

/** Addresses a device says it can be dialled at: more than any real machine's accepted interfaces. */
export const MAX_ENDPOINTS = 16

/** Transfers one session may say it serves in one frame; more go in further frames. */
export const MAX_SERVED = 500

/** Offers of one person to another (or to everyone, or a room) that nobody has answered yet: a desk full; more is a flood. */
export const MAX_OPEN_OFFERS = 20

/** Milliseconds between frames that tell of presence: thousands who sign in at once cost each client one frame a second. */
export const PRESENCE_INTERVAL = 1_000

/** Users in one frame that tells of presence, so that it stays below MAX_FRAME whatever their names. */
export const MAX_PRESENCE_USERS = 1_000

/** Milliseconds between two "is writing" of one session in one conversation that are passed on. */
export const TYPING_INTERVAL = 2_000

/** Milliseconds for which a client shows that somebody is writing: two lost ones don't make it flicker. */
export const TYPING_SHOWN = 6_000

/** Milliseconds after which a message cannot be taken back any more, by the registry's stamps: covers a mis-send. */
export const TAKE_BACK_TIME = 15 * 60_000

/** Milliseconds for which a session that proved its password may change or delete its account. */
export const FRESH_TIME = 5 * 60_000

/** Milliseconds in which a new connection must be signed in (Argon2id on a slow machine included). */
export const SIGN_IN_TIMEOUT = 30_000

/** Milliseconds between the registry's pings; two unanswered ones end a session, so a pulled cable shows within half a minute. */
export const PING_INTERVAL = 12_000

/** Milliseconds a ticket can be used for: connection attempts on several addresses, and a slow machine. */
export const TICKET_LIFETIME = 60_000

/** First bytes of a connection to the registry's port that asks to be relayed; the token follows. TLS never begins so. */
export const RELAY_PREFACE = 'OPTICHAT-RELAY'

/** Characters of a relay's token: 256 random bits, base64url. */
export const RELAY_TOKEN = 43

/** What the registry says to both sides of a relay once both are there; from then on it is a wire between them. */
export const RELAY_READY = '+'

/** Milliseconds in which both sides of a relay must have come. */
export const RELAY_PATIENCE = 15_000

/** Bytes a session may have unsent before it is closed as a slow consumer; it resumes by its position. */
export const MAX_BUFFERED = 8 * 1024 * 1024

/** Days the registry keeps messages unless it is told otherwise. */
export const RETENTION_DAYS = 30

/** A transfer's block: large enough that per-block work vanishes, small enough to lose little on a cut. */
export const BLOCK_SIZE = 1024 * 1024

/** Milliseconds one attempt to dial a device for a doctor may take: a lost SYN is sent again after one second. */
export const PROBE_TIMEOUT = 2_500

/** Milliseconds for which a device that was asked to dial for a doctor listens for the asker. */
export const PROBE_LISTENING = 15_000
