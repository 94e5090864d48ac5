/** The shape of every command's arguments: a page is not trusted, so what it asks is checked here, once, before anything runs. */
import Type, { type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { MAX_PASSWORD, MAX_TEXT } from '../../core/protocol/limits.ts'
import { ClientId, Position, RoomId, To } from '../../core/protocol/messages.ts'
import { type Arguments, COMMANDS, type Command } from '../bridge.ts'
import { Language, Theme } from './settings.ts'

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

const ARGUMENTS: Record<Command, TSchema[]> = {
  view: [],
  register: [Address, Name, Password],
  login: [Address, Name, Password],
  logout: [],
  retryNow: [],
  dismissTrouble: [],
  chooseInterface: [Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Null()])],
  startRegistry: [Type.String({ minLength: 1, maxLength: 200 })],
  stopRegistry: [],
  send: [To, Text],
  cancelQueued: [ClientId],
  joinRoom: [RoomId],
  history: [
    Type.Object(
      {
        conversation: Conversation,
        before: Type.Optional(Type.String({ maxLength: 100 })),
        limit: Type.Integer({ minimum: 1, maximum: MAX_HISTORY }),
      },
      { additionalProperties: false },
    ),
  ],
  markRead: [Conversation, Position],
  offerPaths: [To, Type.Array(Path, { minItems: 1, maxItems: MAX_PICKED })],
  offerUploads: [To, Type.Array(ClientId, { minItems: 1, maxItems: MAX_PICKED })],
  accept: [ClientId],
  decline: [ClientId],
  cancel: [ClientId],
  showFolder: [ClientId],
  setTheme: [Theme],
  setLanguage: [Language],
  setDownloadFolder: [Path],
  pickFiles: [],
  pickFolder: [],
}

const checks = new Map<unknown, { Check(value: unknown): boolean }>(
  COMMANDS.map((command) => [command, Compile(Type.Tuple(ARGUMENTS[command]))]),
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
