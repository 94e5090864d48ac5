/**
 * What the emoji of the picker are called and looked for by, in each language, from Unicode's annotations (CLDR): for Vite, which puts
 * a list for each language, in the picker's order, into a file of its own. The whole of the annotations is fifty times as large.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const PREFIX = 'virtual:emoji-words/'
const { resolve } = createRequire(import.meta.url)
const read = (path) => JSON.parse(readFileSync(resolve(path), 'utf8'))

/** U+FE0F, which only asks for the coloured kind, and U+200D, which joins several into one. */
const [COLOURED, JOINED] = ['\uFE0F', '\u200D']

/**
 * For each emoji of the picker `name|word word …`; empty for what has none in this language, as flags of countries.
 * @param {string} language
 * @returns {string[]}
 */
export function emojiWords(language) {
  const { annotations } = read(`cldr-annotations-full/annotations/${language}/annotations.json`).annotations
  const entry = (emoji) => annotations[emoji] ?? annotations[emoji.replaceAll(COLOURED, '')]
  const nameOf = (emoji) => entry(emoji)?.tts?.[0] ?? ''
  return read('unicode-emoji-json/data-by-group.json').flatMap(({ emojis }) =>
    emojis.map(({ emoji }) => {
      // Several in one are called by all their names, as CLDR itself does (UTS 35, part 2, "Synthesizing Sequence Names").
      const name = nameOf(emoji) || (emoji.includes(JOINED) ? emoji.split(JOINED).map(nameOf).filter(Boolean).join(', ') : '')
      const words = (entry(emoji)?.default ?? []).filter((word) => !name.includes(word))
      return name && `${name}|${words.join(' ')}`
    }),
  )
}

export const emojiWordsPlugin = () => ({
  name: 'emoji-words',
  resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
  load: (id) => (id.startsWith(`\0${PREFIX}`) ? `export default ${JSON.stringify(emojiWords(id.slice(PREFIX.length + 1)))}` : undefined),
})
