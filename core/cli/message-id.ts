/** Which message is meant by an id, or by the end of one as `history --ids` shows it: ids of one minute begin alike. */
import type { Client, HistoryMessage } from '../client/client.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { UsageError } from './command.ts'

/** What subcommands say of the ids they take. */
export const ID_HELP = 'ID is a message’s id or its last 8 characters or more, as "optichat history --ids" shows them.'

/** The shortest end: shorter ones would sooner or later mean several messages. */
const SHORTEST = 8

/** Messages in which an end is looked for, the newest; older ones have to be named whole. */
const LOOK_BACK = 5_000

/** @throws UsageError when it cannot be an id. */
export function readId(text: string): string {
  const id = text.toLowerCase()
  if (!/^[0-9a-f-]+$/.test(id) || id.length < SHORTEST) throw new UsageError(`"${text}" is no id of a message. ${ID_HELP}`)
  return id
}

/** The message in the history of this device, queued ones too; null for none. @throws UsageError when several end so */
export function lookUp(client: Client, id: string): HistoryMessage | null {
  const whole = client.message(id)
  if (whole) return whole
  const [found, another] = client.history({ limit: LOOK_BACK }).filter((message) => message.id.endsWith(id))
  if (another) throw new UsageError(`Several messages’ ids end with "${id}". Write more of it.`)
  return found ?? null
}

/** The same, where there has to be one. @throws OptiChatError `message-unknown` */
export function findMessage(client: Client, id: string): HistoryMessage {
  const found = lookUp(client, id)
  if (!found) throw new OptiChatError('message-unknown', id)
  return found
}
