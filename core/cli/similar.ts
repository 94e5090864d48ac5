/** What somebody may have meant who typed something else. */

/** Letters that may be wrong, missing, too many or swapped in a word this long. */
const mistakes = (word: string): number => (word.length < 4 ? 1 : 2)

/** The one of these words that `typed` is nearest to; null when none is near. */
export function similar(typed: string, words: readonly string[]): string | null {
  const near = words.map((word) => ({ word, far: distance(typed, word) })).sort((a, b) => a.far - b.far)[0]
  return near && near.far <= mistakes(near.word) ? near.word : null
}

/** How many letters have to be changed, put in, left out or swapped with their neighbour (optimal string alignment). */
function distance(from: string, to: string): number {
  let [before, above]: number[][] = [[], Array.from({ length: to.length + 1 }, (_, n) => n)]
  for (let row = 1; row <= from.length; row++) {
    const here = [row]
    for (let at = 1; at <= to.length; at++) {
      const same = from[row - 1] === to[at - 1]
      const swapped = row > 1 && at > 1 && from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1]
      const ways = [(above?.[at] ?? 0) + 1, (here[at - 1] ?? 0) + 1, (above?.[at - 1] ?? 0) + (same ? 0 : 1)]
      here.push(Math.min(...ways, swapped ? (before?.[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY))
    }
    ;[before, above] = [above, here]
  }
  return above?.[to.length] ?? 0
}
