/**
 * What lies on a person's desk: what is typed and not sent, whom they like to see first, which conversations are to be quiet. One JSON
 * file in the profile for all accounts, replaced as a whole, so that a crash leaves the old or the new one.
 */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { asOptiChatError } from '../../core/protocol/errors.ts'
import { replaceFile } from '../../core/replace-file.ts'
import type { DeskView, Draft } from '../bridge.ts'

/** Drafts kept; the one least lately changed goes first. */
const MAX_DRAFTS = 500
/** People and rooms that can be favourites, and conversations that can be quiet: more than anybody picks by hand. */
const MAX_PICKED = 2_000

export const DraftShape = Type.Object({ text: Type.String(), reply: Type.Optional(Type.String()) }, { additionalProperties: false })

const Desk = Type.Object({
  drafts: Type.Record(Type.String(), DraftShape),
  muted: Type.Array(Type.String()),
  favourites: Type.Array(Type.String()),
  askedEveryone: Type.Boolean(),
})
const check = Compile(Type.Record(Type.String(), Desk))

const EMPTY: DeskView = { drafts: {}, muted: [], favourites: [], askedEveryone: false }

export interface Desk {
  readonly view: DeskView
  /** Null: nothing is typed any more. */
  setDraft(audience: string, draft: Draft | null): void
  setMuted(conversation: string, muted: boolean): void
  setFavourite(audience: string, favourite: boolean): void
  setAskedEveryone(): void
}

/**
 * `account`: whose desk it is now; null: nobody's, and nothing is kept. A file that cannot be understood is set aside as
 * `desk.json.damaged` (said to `log`). Changes are on disk when the call returns; they throw as the file system does.
 */
export function openDesk(profile: string, account: () => string | null, log: (line: string) => void): Desk {
  const path = join(profile, 'desk.json')
  let all = read(path, log)

  const current = (): DeskView => all[account() ?? ''] ?? EMPTY
  const change = (changed: Partial<DeskView>) => {
    const key = account()
    if (key === null) return
    const next = { ...all, [key]: { ...current(), ...changed } }
    replaceFile(path, `${JSON.stringify(next)}\n`)
    all = next
  }
  const toggled = (list: readonly string[], item: string, on: boolean) =>
    on ? [...list.filter((one) => one !== item), item].slice(-MAX_PICKED) : list.filter((one) => one !== item)

  return {
    get view() {
      return current()
    },
    setDraft(audience, draft) {
      const { [audience]: _, ...others } = current().drafts
      const kept = draft ? [...Object.entries(others).slice(1 - MAX_DRAFTS), [audience, draft] as const] : Object.entries(others)
      change({ drafts: Object.fromEntries(kept) })
    },
    setMuted: (conversation, muted) => change({ muted: toggled(current().muted, conversation, muted) }),
    setFavourite: (audience, favourite) => change({ favourites: toggled(current().favourites, audience, favourite) }),
    setAskedEveryone: () => change({ askedEveryone: true }),
  }
}

function read(path: string, log: (line: string) => void): Record<string, DeskView> {
  if (!existsSync(path)) return {}
  try {
    const all: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (check.Check(all)) return all
    throw new Error('it has another shape')
  } catch (error) {
    renameSync(path, `${path}.damaged`)
    log(`Drafts and favourites could not be read and start anew; the old file is ${path}.damaged (${asOptiChatError(error).message}).`)
    return {}
  }
}
