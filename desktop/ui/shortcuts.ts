/** What can be done by keys from anywhere, and by keys in the field and on a message. */
import { phrase } from './i18n/text.ts'

export type Shortcut = 'search' | 'search-here' | 'transfers' | 'messages' | 'write' | 'previous' | 'next' | 'shortcuts'

export interface ShortcutHelp {
  /** Each a key; `Mod` is Ctrl, and ⌘ on a Mac. */
  readonly keys: readonly string[]
  readonly does: string
}

export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform)

const ANYWHERE: Readonly<Record<Shortcut, ShortcutHelp>> = {
  search: { keys: ['Mod', 'K'], does: phrase('Find people, rooms and messages') },
  'search-here': { keys: ['Mod', 'F'], does: phrase('Find messages in this conversation') },
  previous: { keys: ['Alt', '↑'], does: phrase('The conversation above') },
  next: { keys: ['Alt', '↓'], does: phrase('The conversation below') },
  messages: { keys: ['Mod', '↑'], does: phrase('To the messages') },
  write: { keys: ['Mod', '↓'], does: phrase('To the field') },
  transfers: { keys: ['Mod', 'J'], does: phrase('Transfers, and back') },
  shortcuts: { keys: ['Mod', '/'], does: phrase('These shortcuts') },
}

/** By where they count. */
export const SHORTCUTS: readonly { readonly where: string; readonly shortcuts: readonly ShortcutHelp[] }[] = [
  { where: phrase('Anywhere'), shortcuts: Object.values(ANYWHERE) },
  {
    where: phrase('While writing'),
    shortcuts: [
      { keys: ['Enter'], does: phrase('Send') },
      { keys: ['Shift', 'Enter'], does: phrase('A new line') },
      { keys: ['↑'], does: phrase('Edit what you said last') },
      { keys: ['Esc'], does: phrase('Stop editing or answering') },
      { keys: ['Mod', 'V'], does: phrase('Paste text, a picture or files') },
    ],
  },
  {
    where: phrase('On a message'),
    shortcuts: [
      { keys: ['↑', '↓'], does: phrase('The message above or below') },
      { keys: ['R'], does: phrase('Reply') },
      { keys: ['+'], does: phrase('React') },
      { keys: ['C'], does: phrase('Copy text') },
      { keys: ['E'], does: phrase('Edit') },
      { keys: ['Del'], does: phrase('Take back') },
    ],
  },
]

const KEYS: Readonly<Record<string, Shortcut>> = {
  'mod k': 'search',
  'mod f': 'search-here',
  'alt arrowup': 'previous',
  'alt arrowdown': 'next',
  'mod arrowup': 'messages',
  'mod arrowdown': 'write',
  'mod j': 'transfers',
  'mod /': 'shortcuts',
}

/** What a key asks for from anywhere; null: nothing of ours. */
export function shortcutOf({ key, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): Shortcut | null {
  if (isComposing) return null
  const mod = isMac() ? metaKey : ctrlKey
  if (mod === altKey) return null
  return KEYS[`${mod ? 'mod' : 'alt'} ${key.toLowerCase()}`] ?? null
}
