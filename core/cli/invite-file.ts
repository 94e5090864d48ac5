/** The registry's invite link, kept in its data folder so that the administrator's commands can put a one-time code into it. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatInvite, parseInvite } from '../../discovery/invite.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { replaceFile } from '../replace-file.ts'

const FILE = 'invite.txt'

/** @throws OptiChatError `data-unreadable` */
export function keepInvite(data: string, link: string): void {
  try {
    replaceFile(join(data, FILE), `${link}\n`)
  } catch (cause) {
    throw new OptiChatError('data-unreadable', join(data, FILE), { cause })
  }
}

/** The link with a code for one person; null where the registry has never run, or the file makes no sense. */
export function inviteWith(data: string, code: string): string | null {
  const file = join(data, FILE)
  if (!existsSync(file)) return null
  try {
    return formatInvite({ ...parseInvite(readFileSync(file, 'utf8')), code })
  } catch (error) {
    if (error instanceof OptiChatError) return null
    throw error
  }
}
