/**
 * The one declaration of every frame between a client and its registry; PROTOCOL.md tells the same in prose.
 * A client sends requests `{verb, n, …}`; the registry answers each with `{reply: n, …}` or `{error, n, …}` and sends
 * events `{event, …}` at any time. All frames are JSON objects in WebSocket text frames.
 */
import Type, { type Static, type TSchema } from 'typebox'
import {
  MAX_AUDIENCE,
  MAX_EMOJI,
  MAX_ENDPOINTS,
  MAX_NAME,
  MAX_NEIGHBOURS,
  MAX_OFFER_FILES,
  MAX_PATH,
  MAX_PRESENCE_USERS,
  MAX_ROOM_MEMBERS,
  MAX_ROOM_NAME,
  MAX_SERVED,
  MAX_TEXT,
  TICKET_LIFETIME,
} from './limits.ts'

const strict = { additionalProperties: false }
const object = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, strict)

// ── the parts ────────────────────────────────────────────────────────────────

/** An immutable id made by the registry: 128 random bits, base64url. */
export const UserId = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' })
/** An id made by a client (message, transfer): a UUID. */
export const ClientId = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })
/** SHA-256 of a certificate's DER, lower-case hex. */
export const Fingerprint = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** A log offset; 0 is before the first message. */
export const Position = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** Milliseconds since 1970. */
export const Time = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const Bytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** Who may register: anybody, who has a one-time code, nobody. */
export const Registration = Type.Union([Type.Literal('open'), Type.Literal('invite'), Type.Literal('closed')])
const Name = Type.String({ minLength: 1, maxLength: MAX_NAME })
/** OPAQUE and HMAC values: base64url without padding. */
const Opaque = Type.String({ pattern: '^[A-Za-z0-9_-]{1,1024}$' })
const Secret = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })
/** `10.77.0.2:40123` or `[fd77::2]:40123`. */
const Endpoint = Type.String({ minLength: 3, maxLength: 64 })

/** What a session says of its person: there, idle for a while, or not to be disturbed. */
export const SessionPresence = Type.Union([Type.Literal('online'), Type.Literal('away'), Type.Literal('busy')])
/** A user's: busy if one of its sessions is, else online if one is, else away; offline without a session. */
export const Presence = Type.Union([Type.Literal('online'), Type.Literal('away'), Type.Literal('busy'), Type.Literal('offline')])

/** An immutable id of a room, made by the registry: 128 random bits, base64url. */
export const RoomId = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' })
const RoomAudience = object({ room: RoomId })

/** As sent: nobody selected means everyone. The sender need not name itself. */
export const To = Type.Union([Type.Literal('everyone'), Type.Array(UserId, { minItems: 1, maxItems: MAX_AUDIENCE }), RoomAudience])
/** As stored: everyone, the sorted ids of all members (the sender's among them), or whoever is in a room. */
export const Audience = Type.Union([
  Type.Literal('everyone'),
  Type.Array(UserId, { minItems: 1, maxItems: MAX_AUDIENCE + 1 }),
  RoomAudience,
])
/** `everyone`, `room:` and the room's id, or 43 characters of hash (see conversation.ts). */
const ConversationId = Type.String({ minLength: 1, maxLength: 43 })

export const OfferedFile = object({ path: Type.String({ minLength: 1, maxLength: MAX_PATH }), bytes: Bytes })

const Text = Type.String({ minLength: 1, maxLength: MAX_TEXT })

/** What can be sent. */
export const Body = Type.Union([
  /** `reply`: the message of the same conversation that this one answers. */
  object({ kind: Type.Literal('text'), text: Text, reply: Type.Optional(ClientId) }),
  /** "I have these files for you": `files` are the first of `count`; folders count only through their files. */
  object({
    kind: Type.Literal('offer'),
    transfer: ClientId,
    files: Type.Array(OfferedFile, { maxItems: MAX_OFFER_FILES }),
    count: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
    bytes: Bytes,
  }),
  /** A recipient's word on an offer, to the one who made it. `received` is said only when every byte is checked and in place. */
  object({
    kind: Type.Literal('answer'),
    transfer: ClientId,
    answer: Type.Union([
      Type.Literal('accepted'),
      Type.Literal('declined'),
      Type.Literal('received'),
      Type.Literal('failed'),
      Type.Literal('cancelled'),
    ]),
    code: Type.Optional(Type.String({ maxLength: 40 })),
  }),
  /** The sender takes its own offer back. */
  object({ kind: Type.Literal('withdraw'), transfer: ClientId }),
  /** Its author gives a text other words; sent to the same audience, like the two below. */
  object({ kind: Type.Literal('edit'), message: ClientId, text: Text }),
  /** Its author takes a text or an offer back, for everybody, within TAKE_BACK_TIME. */
  object({ kind: Type.Literal('take-back'), message: ClientId }),
  /** A member's sign at a text or an offer, put there or removed: one grapheme. */
  object({
    kind: Type.Literal('reaction'),
    message: ClientId,
    emoji: Type.String({ minLength: 1, maxLength: MAX_EMOJI }),
    on: Type.Boolean(),
  }),
])
/** What is in the log: as sent, or `gone`, which is all that is left of a message that was taken back and of its edits. */
export const LoggedBody = Type.Union([...Body.anyOf, object({ kind: Type.Literal('gone') })])

/** A message as the log has it. `stamp` orders what people see; `position` is where a device catches up from. */
export const Message = object({
  position: Position,
  stamp: Type.String({ pattern: '^[0-9a-f]{16}@[A-Za-z0-9_-]{1,22}$' }),
  id: ClientId,
  from: UserId,
  audience: Audience,
  body: LoggedBody,
})

export const RosterUser = object({
  id: UserId,
  name: Name,
  presence: Presence,
  /** When the user was last signed in; absent if never or now. */
  lastSeen: Type.Optional(Time),
  /** All messages to this user up to here have reached one of its devices. */
  delivered: Position,
  /** The account was deleted: the name stays for what it said. */
  gone: Type.Optional(Type.Literal(true)),
})

const RoomName = Type.String({ minLength: 1, maxLength: MAX_ROOM_NAME })
/** A named conversation with members that come and go; `open` ones can be joined by anybody. */
export const Room = object({
  id: RoomId,
  name: RoomName,
  open: Type.Boolean(),
  members: Type.Array(UserId, { maxItems: MAX_ROOM_MEMBERS }),
  /** How many are in it, where `members` names only some: to those who are not among them. */
  size: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_ROOM_MEMBERS })),
})

/** A device that signs its user in; `name` is what its program says it is. */
export const Device = object({
  fingerprint: Fingerprint,
  name: Type.String({ maxLength: 80 }),
  enrolledAt: Time,
  lastSeen: Time,
  online: Type.Boolean(),
  /** The one that asks. */
  current: Type.Boolean(),
})

export const Read = object({ user: UserId, conversation: ConversationId, position: Position })

export const Ticket = object({
  id: ClientId,
  /** 256 random bits known to the two devices and the registry. */
  secret: Secret,
  transfer: ClientId,
  /** Milliseconds from now in which it can be used. */
  lifetime: Type.Integer({ minimum: 1, maximum: TICKET_LIFETIME }),
  /** The other device: whose it is, the certificate it will show, and where it listens (best first; may be empty). */
  peer: object({ user: UserId, fingerprint: Fingerprint, endpoints: Type.Array(Endpoint, { maxItems: MAX_ENDPOINTS }) }),
})

/** How an attempt to dial a device ended: it showed its certificate, or why not. `none`: there was nothing to dial. */
export const Outcome = Type.Union([
  Type.Literal('reached'),
  Type.Literal('refused'),
  Type.Literal('timed-out'),
  Type.Literal('unreachable'),
  /** Somebody else answered. */
  Type.Literal('stranger'),
  Type.Literal('none'),
])
const Port = Type.Integer({ minimum: 1, maximum: 65_535 })

/** Another registry, as one tells of it: a hint where to look, and by which certificate it would be known. */
export const Neighbour = object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  host: Type.String({ minLength: 1, maxLength: 253 }),
  port: Port,
  fingerprint: Fingerprint,
})
export type Neighbour = Static<typeof Neighbour>
/** An IP address as a socket shows it. */
const Address = Type.String({ maxLength: 64 })
/** An operating system as Node names it: `linux`, `win32`, `darwin`. */
const Platform = Type.String({ pattern: '^[a-z0-9]{1,20}$' })
/** What tells one question of a doctor from all others. */
const DoctorToken = Type.String({ pattern: '^[0-9a-f]{16}$' })

// ── requests (client → registry) and their replies (registry → client) ────────

export const VERBS = {
  /** First frame of every connection. A device that is enrolled is signed in by it. */
  hello: {
    request: object({
      version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      device: Type.String({ minLength: 1, maxLength: 80 }),
    }),
    reply: object({
      version: Type.Integer(),
      registry: object({ id: UserId, name: Type.String({ maxLength: 200 }) }),
      registration: Registration,
      /** Who this device belongs to; absent: register or log in. */
      user: Type.Optional(object({ id: UserId, name: Name })),
    }),
  },
  /**
   * OPAQUE registration, first step: reserves the name for this connection. `invite` is a one-time code, needed where registration is
   * by invitation; one that was made for an account gives that account a new password.
   */
  'register-start': {
    request: object({ name: Type.String({ maxLength: 200 }), request: Opaque, invite: Type.Optional(Type.String({ maxLength: 64 })) }),
    reply: object({ response: Opaque }),
  },
  /** Second step: the account exists from the reply on. Signing in is a login of its own. */
  'register-finish': { request: object({ record: Opaque }), reply: object({}) },
  /** OPAQUE login (KE1 → KE2). The answer for an unknown name cannot be told from that for a known one. */
  'login-start': { request: object({ name: Type.String({ maxLength: 200 }), request: Opaque }), reply: object({ response: Opaque }) },
  /** KE3 with the client's channel-binding proof; answered with the registry's. The device is enrolled from then on. */
  'login-finish': {
    request: object({ finish: Opaque, proof: Secret }),
    reply: object({ proof: Secret, user: object({ id: UserId, name: Name }) }),
  },
  /** Revokes this device and ends the session. */
  logout: { request: object({}), reply: object({}) },
  /** The devices that sign this user in. */
  devices: { request: object({}), reply: object({ devices: Type.Array(Device) }) },
  /** Signs one of them out. */
  'device-revoke': { request: object({ fingerprint: Fingerprint }), reply: object({}) },
  /** A new password, first step: as registration. It and the two below need a login on this connection within FRESH_TIME. */
  'password-start': { request: object({ request: Opaque }), reply: object({ response: Opaque }) },
  /** Second step: it counts from the reply on; other devices are signed out on request. */
  'password-finish': { request: object({ record: Opaque, revokeOthers: Type.Boolean() }), reply: object({}) },
  /** Deletes the account; what it said stays, with its name. */
  'account-delete': { request: object({}), reply: object({}) },
  /** Starts the stream of events: first the messages after `after`, oldest first, then `synced`, then what happens. */
  sync: {
    request: object({ after: Position }),
    reply: object({
      head: Position,
      users: Type.Array(RosterUser),
      rooms: Type.Array(Room),
      reads: Type.Array(Read),
      serving: Type.Array(ClientId),
    }),
  },
  /** Stored before it is acknowledged. A repeat of an id is the same message and gets the same answer. */
  send: { request: object({ id: ClientId, to: To, body: Body }), reply: object({ position: Position, stamp: Type.String() }) },
  /** Moves this user's positions forward; a lower one changes nothing. */
  receipt: {
    request: object({
      delivered: Type.Optional(Position),
      read: Type.Optional(object({ conversation: ConversationId, position: Position })),
    }),
    reply: object({}),
  },
  /** How this session's person is there; `online` until it is said. */
  presence: { request: object({ state: SessionPresence }), reply: object({}) },
  /** Somebody is writing to an audience: passed on at once to those who are online, never stored. */
  typing: { request: object({ to: To }), reply: object({}) },
  /** Makes a room of oneself and others. */
  'room-create': {
    request: object({ name: RoomName, open: Type.Boolean(), members: Type.Array(UserId, { maxItems: MAX_ROOM_MEMBERS }) }),
    reply: object({ room: RoomId }),
  },
  /** Enters an open room. A member sees what is said from then on. */
  'room-join': { request: object({ room: RoomId }), reply: object({}) },
  /** A member brings others in. */
  'room-invite': {
    request: object({ room: RoomId, users: Type.Array(UserId, { minItems: 1, maxItems: MAX_ROOM_MEMBERS }) }),
    reply: object({}),
  },
  /** With its last member a room ends. */
  'room-leave': { request: object({ room: RoomId }), reply: object({}) },
  'room-rename': { request: object({ room: RoomId, name: RoomName }), reply: object({}) },
  /** Where this session's peer server listens; an empty list when it cannot. */
  endpoints: { request: object({ endpoints: Type.Array(Endpoint, { maxItems: MAX_ENDPOINTS }) }), reply: object({}) },
  /** This session holds the files of these offers of its user, until it ends. */
  serve: { request: object({ transfers: Type.Array(ClientId, { maxItems: MAX_SERVED }) }), reply: object({}) },
  /** It does not any more; what it did not hold is no fault. */
  unserve: { request: object({ transfers: Type.Array(ClientId, { maxItems: MAX_SERVED }) }), reply: object({}) },
  /** Asked by a recipient that accepted; the serving device gets its half as an event before this is answered. */
  ticket: { request: object({ transfer: ClientId }), reply: object({ ticket: Ticket }) },
  /** The recipient could not reach the sender: let the sender dial. */
  'dial-back': { request: object({ ticket: ClientId }), reply: object({}) },
  /** Neither can dial the other: let the registry pass the bytes on. The serving device gets its token as an event first. */
  relay: { request: object({ ticket: ClientId }), reply: object({ token: Secret }) },
  /** Other registries that this one knows of, each of which has proven to it that it has this certificate. */
  registries: { request: object({}), reply: object({ registries: Type.Array(Neighbour, { maxItems: MAX_NEIGHBOURS }) }) },
  /** The registry's clock, to hold one's own against. */
  clock: { request: object({}), reply: object({ now: Time }) },
  /** Whether the registry heard this question by multicast just now; null: it does not listen. */
  heard: { request: object({ token: DoctorToken }), reply: object({ heard: Type.Union([Type.Boolean(), Type.Null()]) }) },
  /**
   * The registry dials the asking device where it sees it, at this port. With `user` (a name), a device of that user that is online does
   * the same and listens itself, and the registry dials that one, too. An endpoint's host `*`: the registry's own, as the receiver has it.
   */
  reach: {
    request: object({ port: Port, user: Type.Optional(Name) }),
    reply: object({
      seen: Address,
      registry: Outcome,
      peer: Type.Optional(
        object({
          name: Name,
          fingerprint: Fingerprint,
          platform: Platform,
          seen: Address,
          endpoints: Type.Array(Endpoint, { maxItems: MAX_ENDPOINTS }),
          /** From the peer to the asker. */
          outcome: Outcome,
          /** From the registry to the peer. */
          registry: Outcome,
        }),
      ),
    }),
  },
  /** What came of a `probe`. `endpoints`: where this device listens for the asker for the next PROBE_LISTENING. */
  probed: {
    request: object({
      probe: ClientId,
      outcome: Outcome,
      platform: Platform,
      endpoints: Type.Array(Endpoint, { maxItems: MAX_ENDPOINTS }),
    }),
    reply: object({}),
  },
} as const satisfies Record<string, { request: TSchema; reply: TSchema }>

export type Verb = keyof typeof VERBS
export type Request<V extends Verb> = Static<(typeof VERBS)[V]['request']>
export type Reply<V extends Verb> = Static<(typeof VERBS)[V]['reply']>

// ── events (registry → client) ───────────────────────────────────────────────

export const EVENTS = {
  message: object({ message: Message }),
  /** Everything up to `position` has been sent to this session. */
  synced: object({ position: Position }),
  /** Users came, went, changed or are new: the newest state of each, at most one frame a PRESENCE_INTERVAL after the first. */
  presence: object({ users: Type.Array(RosterUser, { minItems: 1, maxItems: MAX_PRESENCE_USERS }) }),
  /** A user is writing in a conversation; shown for TYPING_SHOWN unless more comes. */
  typing: object({ user: UserId, conversation: ConversationId }),
  /** A room as it is now, to its members, and to everybody when it is open; changes are gathered like those of presence. */
  room: object({ room: Room }),
  /** To one who left a room, and to those who saw one that has ended: it is no more. An open one that goes on follows as `room`. */
  'room-left': object({ room: RoomId }),
  /** A user's positions moved forward. */
  receipt: object({ user: UserId, delivered: Type.Optional(Position), read: Type.Optional(Read) }),
  /** The files of this offer can be fetched from now on. */
  serving: object({ transfer: ClientId }),
  /** To the serving device: let the named device fetch. */
  ticket: object({ ticket: Ticket }),
  /** To the serving device: dial the holder of this ticket. */
  'dial-back': object({ ticket: ClientId }),
  /** To the serving device: meet the holder of this ticket at the registry's relay. */
  relay: object({ ticket: ClientId, token: Secret }),
  /**
   * Somebody's doctor asks: dial this device at these endpoints (`peer`), or the registry itself anew where you have it (no `peer`), see that
   * it shows this certificate, and say with `probed` what came of it.
   */
  probe: object({
    probe: ClientId,
    peer: Type.Optional(object({ fingerprint: Fingerprint, endpoints: Type.Array(Endpoint, { maxItems: MAX_ENDPOINTS }) })),
  }),
  /** The registry ends the session, and why. */
  bye: object({ reason: Type.String({ maxLength: 40 }) }),
} as const satisfies Record<string, TSchema>

export type EventName = keyof typeof EVENTS
export type EventOf<E extends EventName> = Static<(typeof EVENTS)[E]>

export type UserId = Static<typeof UserId>
export type Registration = Static<typeof Registration>
export type Device = Static<typeof Device>
export type Presence = Static<typeof Presence>
export type SessionPresence = Static<typeof SessionPresence>
export type RoomId = Static<typeof RoomId>
export type To = Static<typeof To>
export type Audience = Static<typeof Audience>
export type OfferedFile = Static<typeof OfferedFile>
export type Body = Static<typeof Body>
export type LoggedBody = Static<typeof LoggedBody>
export type BodyOf<K extends LoggedBody['kind']> = Extract<LoggedBody, { kind: K }>
export type Message = Static<typeof Message>
export type RosterUser = Static<typeof RosterUser>
export type Room = Static<typeof Room>
export type Read = Static<typeof Read>
export type Ticket = Static<typeof Ticket>
export type Outcome = Static<typeof Outcome>
