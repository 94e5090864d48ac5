/** Which transfer is meant: its id, or as much of its beginning as tells it from the others. */
import type { Client, Transfer } from '../client/client.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { UsageError } from './command.ts'
import { oneLine } from './text.ts'

const LEAST = 4

/** @throws UsageError when it is no id, or of several; OptiChatError `transfer-unknown` */
export function findTransfer(client: Client, typed: string): Transfer {
  const id = typed.toLowerCase()
  if (!/^[0-9a-f-]+$/.test(id) || id.length < LEAST)
    throw new UsageError(
      `"${oneLine(typed)}" is no id of a transfer: "optichat transfers" shows them; their first ${LEAST} characters or more do.`,
    )
  const found = client.transfers().filter((one) => one.id.startsWith(id))
  if (found.length > 1) throw new UsageError(`Several transfers begin with "${oneLine(typed)}": write more of the id.`)
  const [transfer] = found
  if (!transfer) throw new OptiChatError('transfer-unknown', oneLine(typed))
  return transfer
}
