/** Words that were searched for, marked in the text where they stand, without another element. */

/** @param words as they were typed: each is looked for as it is, in any case. */
export function markWords(text: Node, words: string): void {
  const wanted = words.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const ranges: Range[] = []
  const nodes = document.createTreeWalker(text, NodeFilter.SHOW_TEXT)
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const told = folded(node.textContent ?? '')
    for (const word of wanted.map(folded)) {
      for (let at = told.indexOf(word); at >= 0; at = told.indexOf(word, at + word.length)) {
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + word.length)
        ranges.push(range)
      }
    }
  }
  if (ranges.length > 0) CSS.highlights.set('found', new Highlight(...ranges))
  else CSS.highlights.delete('found')
}

/** Letter by letter without case and accents, so that places stay the same. */
const folded = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => {
    const plain = (text[at] ?? '').normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
    return plain.length === 1 ? plain : (text[at] ?? '')
  }).join('')
