/** What somebody may have meant who typed something else. */
import { closest, distance } from 'fastest-levenshtein'

/** Letters that may be wrong, missing or too many in a word this long. */
const mistakes = (word: string): number => (word.length < 4 ? 1 : 2)

/** The one of these words that `typed` is nearest to; null when none is near. */
export function similar(typed: string, words: readonly string[]): string | null {
  const nearest = closest(typed, words)
  return distance(typed, nearest) <= mistakes(nearest) ? nearest : null
}
