/** The shape of every command's arguments: a page is not trusted, so what it asks is checked here, once, before anything runs. */
import Type, { type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { MAX_PASSWORD, MAX_ROOM_MEMBERS, MAX_TEXT } from '../../core/protocol/limits.ts'
import { ClientId, Position, RoomId, To, UserId } from '../../core/protocol/messages.ts'
import type { Arguments, Command } from '../bridge.ts'
import { DraftShape } from './desk.ts'
import { SettingsChange } from './settings.ts'

/** Messages a page can ask for at once: more than fit any screen. */
const MAX_HISTORY = 500
/** Files and folders picked or dropped at once; a folder counts once in Electron, a browser names each file in it. */
const MAX_PICKED = 100_000

const Address = Type.String({ minLength: 1, maxLength: 2_000 })
const Name = Type.String({ maxLength: 10_000 })
// Longer than any that is taken, so that a person who pastes a book hears what is wrong with it.
const Password = Type.String({ maxLength: 100 * MAX_PASSWORD })
const Text = Type.String({ minLength: 1, maxLength: 20 * MAX_TEXT })
const Path = Type.String({ minLength: 1, maxLength: 32_768 })
const Conversation = Type.String({ minLength: 1, maxLength: 43 })
/** Ids of people, joined: as many as an audience may have. */
const Audience = Type.String({ minLength: 1, maxLength: 50_000 })

/** Its values are the client's to judge. */
const Amount = Type.Union([Type.Number(), Type.Null()])
const TransferChange = Type.Partial(
  Type.Object({
    accept: Type.Array(Type.Object({ from: Type.Union([UserId, Type.Literal('everyone')]), upTo: Amount }), { maxItems: 1_000 }),
    up: Amount,
    down: Amount,
    peerPort: Type.Number(),
    atOnce: Type.Number(),
  }),
  { additionalProperties: false },
)

const Word = Type.String({ minLength: 1, maxLength: 100 })
const ShellWords = Type.Object(
  {
    open: Word,
    quit: Word,
    settings: Word,
    about: Word,
    file: Word,
    edit: Word,
    view: Word,
    window: Word,
    help: Word,
    logs: Word,
    unread: Word,
  },
  { additionalProperties: false },
)

/** Also the list of what can be asked at all. */
export const ARGUMENTS: Record<Command, TSchema[]> = {
  view: [],
  register: [Address, Name, Password],
  login: [Address, Name, Password],
  logout: [],
  switchRegistry: [Type.String({ minLength: 1, maxLength: 100 })],
  devices: [],
  revokeDevice: [Type.String({ minLength: 64, maxLength: 64 })],
  changePassword: [Password, Password, Type.Object({ revokeOthers: Type.Boolean() }, { additionalProperties: false })],
  deleteAccount: [Password],
  exportHistory: [Type.Enum(['jsonl', 'text'])],
  retryNow: [],
  dismissTrouble: [],
  chooseInterface: [Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()])],
  addHost: [Address],
  removeHost: [Address],
  lookAt: [Address],
  startRegistry: [Type.String({ minLength: 1, maxLength: 200 })],
  stopRegistry: [],
  hostedPeople: [],
  hostedInvite: [],
  takeLink: [],
  examine: [Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()])],
  stopExamining: [],
  active: [],
  raise: [],
  setShellWords: [ShellWords],
  showLogs: [],
  send: [To, Text, Type.Object({ reply: Type.Optional(ClientId) }, { additionalProperties: false })],
  cancelQueued: [ClientId],
  edit: [ClientId, Text],
  takeBack: [ClientId],
  react: [ClientId, Type.String({ minLength: 1, maxLength: 64 }), Type.Boolean()],
  message: [ClientId],
  history: [
    Type.Object(
      {
        conversation: Conversation,
        before: Type.Optional(Type.String({ maxLength: 100 })),
        after: Type.Optional(Type.String({ maxLength: 100 })),
        limit: Type.Integer({ minimum: 1, maximum: MAX_HISTORY }),
      },
      { additionalProperties: false },
    ),
  ],
  search: [
    Type.String({ maxLength: 1_000 }),
    Type.Object(
      { conversation: Type.Optional(Conversation), limit: Type.Integer({ minimum: 1, maximum: MAX_HISTORY }) },
      { additionalProperties: false },
    ),
  ],
  markRead: [Conversation, Position],
  typing: [To],
  createRoom: [
    Name,
    Type.Object({ open: Type.Boolean(), members: Type.Array(UserId, { maxItems: MAX_ROOM_MEMBERS }) }, { additionalProperties: false }),
  ],
  joinRoom: [RoomId],
  inviteToRoom: [RoomId, Type.Array(UserId, { minItems: 1, maxItems: MAX_ROOM_MEMBERS })],
  leaveRoom: [RoomId],
  renameRoom: [RoomId, Name],
  setDraft: [Audience, Type.Union([DraftShape, Type.Null()])],
  setMuted: [Conversation, Type.Boolean()],
  setFavourite: [Audience, Type.Boolean()],
  setAskedEveryone: [],
  offerPaths: [To, Type.Array(Path, { minItems: 1, maxItems: MAX_PICKED })],
  offerUploads: [To, Type.Array(ClientId, { minItems: 1, maxItems: MAX_PICKED })],
  accept: [ClientId],
  decline: [ClientId],
  cancel: [ClientId],
  pause: [ClientId],
  resume: [ClientId],
  received: [ClientId],
  checksums: [ClientId],
  open: [ClientId, Type.Integer({ minimum: 0, maximum: 10_000 })],
  showFolder: [ClientId],
  changeSettings: [SettingsChange],
  changeTransferSettings: [TransferChange],
  setDownloadFolder: [Path],
  pickFiles: [],
  pickFolder: [],
}

const checks = new Map<unknown, { Check(value: unknown): boolean }>(
  Object.entries(ARGUMENTS).map(([command, shapes]) => [command, Compile(Type.Tuple(shapes))]),
)

/** A command as a page asked it, with its arguments in the declared shape. */
export type Asked = { [C in Command]: { command: C; args: Arguments<C> } }[Command]

/** @throws OptiChatError `bad-frame` when there is no such command or its arguments have another shape. */
export function parseCommand(command: unknown, args: unknown): Asked {
  const check = checks.get(command)
  if (!check) throw new OptiChatError('bad-frame', 'no such command')
  if (!Array.isArray(args) || !check.Check(args)) throw new OptiChatError('bad-frame', `malformed ${command}`)
  return { command, args } as Asked
}
