/**
 * What was said about messages: other words for them, that they are taken back, signs put to them. Each kept by the message it names,
 * the newest by its stamp, so that the order in which all of it comes makes no difference, nor whether the message is here at all.
 */
import type { BodyOf, Message, UserId } from '../protocol/messages.ts'
import type { Reaction } from './client.ts'
import type { Store } from './store.ts'

export type MessageAbout = Message & { body: BodyOf<'edit'> | BodyOf<'take-back'> | BodyOf<'reaction'> }

export function isAbout(message: Message): message is MessageAbout {
  return message.body.kind === 'edit' || message.body.kind === 'take-back' || message.body.kind === 'reaction'
}

export class About {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** Keeps it; a repeat, or something older than what there is, changes nothing. Part of the caller's transaction. */
  keep({ from, stamp, body }: MessageAbout): void {
    if (body.kind === 'take-back') {
      this.#store.run('INSERT OR IGNORE INTO taken_back (message, sender) VALUES (?, ?)', body.message, from)
      this.#store.run('DELETE FROM edits WHERE message = ? AND sender = ?', body.message, from)
    } else if (body.kind === 'edit') {
      if (this.isTakenBack(body.message, from)) return
      this.#store.run(
        `INSERT INTO edits (message, sender, stamp, text) VALUES (?, ?, ?, ?)
         ON CONFLICT (message, sender) DO UPDATE SET stamp = excluded.stamp, text = excluded.text WHERE excluded.stamp > stamp`,
        body.message,
        from,
        stamp,
        body.text,
      )
    } else {
      this.#store.run(
        `INSERT INTO reactions (message, emoji, sender, stamp, is_on) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (message, emoji, sender) DO UPDATE SET stamp = excluded.stamp, is_on = excluded.is_on WHERE excluded.stamp > stamp`,
        body.message,
        body.emoji,
        from,
        stamp,
        body.on ? 1 : 0,
      )
    }
  }

  /** Whether its author took it back: nobody else can. */
  isTakenBack(message: string, sender: UserId): boolean {
    return this.#store.get('SELECT 1 FROM taken_back WHERE message = ? AND sender = ?', message, sender) !== undefined
  }

  /** The newest words its author gave it. */
  edit(message: string, sender: UserId): { text: string; stamp: string } | null {
    const row = this.#store.get('SELECT text, stamp FROM edits WHERE message = ? AND sender = ?', message, sender)
    return row ? { text: `${row.text}`, stamp: `${row.stamp}` } : null
  }

  /** What is put to it now: signs and people in the order in which they came. */
  reactions(message: string): Reaction[] {
    const users = new Map<string, UserId[]>()
    for (const { emoji, sender } of this.#store.all(
      'SELECT emoji, sender FROM reactions WHERE message = ? AND is_on = 1 ORDER BY stamp, sender',
      message,
    ))
      users.set(`${emoji}`, [...(users.get(`${emoji}`) ?? []), `${sender}`])
    return [...users].map(([emoji, who]) => ({ emoji, users: who }))
  }
}
