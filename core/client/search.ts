/** Words of the history, found in an index on disk (FTS5): what people typed is looked for as it is and never read as a query language. */
import type { HistoryMessage } from './client.ts'
import type { Store } from './store.ts'

/** Noncharacters (Unicode 23.7) that mark what was found; taken out of what is indexed, so that they mark nothing else. */
const [OPEN, CLOSE] = ['\ufdd0', '\ufdd1'] as const
/** Tokens of a snippet: two lines or so around what was found; FTS5 takes at most 64. */
const SNIPPET = 24
/** Words of one search, and characters of each, that count: what nobody types by hand costs nothing. */
const MAX_WORDS = 32
const MAX_WORD = 100

interface Snippet {
  readonly text: string
  /** What was found: from and to (exclusive), in UTF-16 units of `text`. */
  readonly ranges: readonly (readonly [number, number])[]
}

export class Words {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** Makes row `n` of the table of messages findable. Part of the caller's transaction. */
  add(n: number, conversation: string, body: HistoryMessage['body']): void {
    this.#store.run('INSERT INTO words (rowid, text, conversation) VALUES (?, ?, ?)', n, wordsOf(body), conversation)
  }

  remove(n: number): void {
    this.#store.run('DELETE FROM words WHERE rowid = ?', n)
  }

  /** The newest `limit` rows of the table that have all these words, the last one also as the beginning of a word; newest first. */
  find(words: string, conversation: string | undefined, limit: number): { n: number; snippet: Snippet }[] {
    const query = queryOf(words, conversation)
    if (query === null) return []
    const rows = this.#store.all(
      `SELECT rowid AS n, snippet(words, 0, '${OPEN}', '${CLOSE}', '…', ${SNIPPET}) AS snippet
       FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?`,
      query,
      limit,
    )
    return rows.map(({ n, snippet }) => ({ n: Number(n), snippet: parseSnippet(`${snippet}`) }))
  }
}

/** What people would look for in it. */
function wordsOf(body: HistoryMessage['body']): string {
  const text = body.kind === 'text' ? body.text : body.files.map(({ path }) => path).join('\n')
  return text.replaceAll(OPEN, '\ufffd').replaceAll(CLOSE, '\ufffd')
}

/** Every word as a quoted phrase, so that no character in it means anything; the last one a prefix. `null`: nothing to look for. */
function queryOf(words: string, conversation: string | undefined): string | null {
  const phrases = words
    .split(/[\s\p{C}]+/u)
    // What has neither letter nor digit is in no index.
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, MAX_WORDS)
    .map((word) => quoted(word.slice(0, MAX_WORD)))
  if (phrases.length === 0) return null
  // One letter begins too much to be meant; one ideograph is a word.
  const prefix = /^[\p{ASCII}]"$/u.test(phrases.at(-1)?.slice(1) ?? '') ? '' : '*'
  // A conversation is a word of its own column: a rare one among many messages is as quick as a rare word.
  return `{text} : (${phrases.join(' AND ')}${prefix})${conversation === undefined ? '' : ` AND {conversation} : ${quoted(conversation)}`}`
}

const quoted = (word: string): string => `"${word.replaceAll('"', '""')}"`

function parseSnippet(marked: string): Snippet {
  let text = ''
  const ranges: [number, number][] = []
  for (const [index, piece] of marked.split(OPEN).entries()) {
    const [found = '', rest] = index === 0 ? ['', piece] : piece.split(CLOSE)
    if (index > 0) ranges.push([text.length, text.length + found.length])
    text += found + (rest ?? '')
  }
  return { text, ranges }
}
