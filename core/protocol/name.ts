/** What a user may be called. */
import { OptiChatError } from './errors.ts'
import { MAX_NAME, MAX_ROOM_NAME } from './limits.ts'
import { because, type Reason } from './reasons.ts'

const ALLOWED = /^[\p{L}\p{M}\p{Nd} ._-]+$/u
const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Telugu',
  'Thai',
  'Georgian',
  'Hangul',
].map((script) => new RegExp(`^[\\p{Script_Extensions=${script}}\\p{Script=Common}\\p{Script=Inherited}]+$`, 'u'))
/** Japanese and Chinese mix several scripts by themselves (UTS 39 §5.1, "augmented script sets"). */
const EAST_ASIAN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}ー]+$/u
/** Cyrillic and Greek letters drawn like Latin ones: a name of nothing else is a look-alike (UTS 39 §4, whole-script confusables). */
const LOOK_LATIN = /^[асеорхуіјѕԁһԛԝӏкмтвнɡΑ-ΡοαρυνικτγχΒΕΖΗΙΚΜΝΟΤΥΧαεο\s._\-\d]+$/iu

/**
 * The form in which a name is shown: NFKC, one space between words.
 * @throws OptiChatError `name-refused`: empty, too long, other characters, several alphabets, or letters that pass for Latin ones.
 */
export function displayName(name: string): string {
  const shown = oneSpaced(name)
  if (shown.length === 0) throw refused(because('name-empty', {}))
  if (shown.length > MAX_NAME) throw refused(because('name-long', { length: shown.length, most: MAX_NAME }))
  if (!ALLOWED.test(shown) || !/[\p{L}\p{Nd}]/u.test(shown)) throw refused(because('name-characters', {}))
  if (nameKey(shown) === 'everyone') throw refused(because('name-everyone', {}))
  if (!SCRIPTS.some((script) => script.test(shown)) && !EAST_ASIAN.test(shown)) throw refused(because('name-alphabets', {}))
  if (/[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(shown) && LOOK_LATIN.test(shown)) throw refused(because('name-lookalike', {}))
  return shown
}

/**
 * The form in which a room's name is shown. Rooms are known by their ids, so any letters and signs will do.
 * @throws OptiChatError `name-refused`: empty, too long, or with characters that hide or turn others around.
 */
export function roomName(name: string): string {
  const shown = oneSpaced(name)
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(shown)) throw refused(because('name-empty', {}))
  if (shown.length > MAX_ROOM_NAME) throw refused(because('name-long', { length: shown.length, most: MAX_ROOM_NAME }))
  if (/(?!\u200d)[\p{C}\p{Zl}\p{Zp}]/u.test(shown)) throw refused(because('name-unseen', {}))
  return shown
}

const refused = (why: Reason) => new OptiChatError('name-refused', why)

/** The form in which names are compared: `Alice` and `alice` are one. */
export function nameKey(name: string): string {
  return oneSpaced(name).toLowerCase()
}

function oneSpaced(name: string): string {
  return name.normalize('NFKC').trim().replace(/ +/g, ' ')
}
