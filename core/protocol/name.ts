/** What a user may be called. */
import { OptiChatError } from './errors.ts'
import { MAX_NAME, MAX_ROOM_NAME } from './limits.ts'

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
  const refuse = (why: string) => new OptiChatError('name-refused', why)
  if (shown.length === 0) throw refuse('it is empty')
  if (shown.length > MAX_NAME) throw refuse(`it has ${shown.length} characters, ${MAX_NAME} at most`)
  if (!ALLOWED.test(shown) || !/[\p{L}\p{Nd}]/u.test(shown)) throw refuse('it has other characters')
  if (nameKey(shown) === 'everyone') throw refuse('it stands for everybody')
  if (!SCRIPTS.some((script) => script.test(shown)) && !EAST_ASIAN.test(shown)) throw refuse('it mixes alphabets')
  if (/[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(shown) && LOOK_LATIN.test(shown)) throw refuse('its letters look like others')
  return shown
}

/**
 * The form in which a room's name is shown. Rooms are known by their ids, so any letters and signs will do.
 * @throws OptiChatError `name-refused`: empty, too long, or with characters that hide or turn others around.
 */
export function roomName(name: string): string {
  const shown = oneSpaced(name)
  const refuse = (why: string) => new OptiChatError('name-refused', why)
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(shown)) throw refuse('it is empty')
  if (shown.length > MAX_ROOM_NAME) throw refuse(`it has ${shown.length} characters, ${MAX_ROOM_NAME} at most for a room`)
  if (/(?!\u200d)[\p{C}\p{Zl}\p{Zp}]/u.test(shown)) throw refuse('it has characters that cannot be seen')
  return shown
}

/** The form in which names are compared: `Alice` and `alice` are one. */
export function nameKey(name: string): string {
  return oneSpaced(name).toLowerCase()
}

function oneSpaced(name: string): string {
  return name.normalize('NFKC').trim().replace(/ +/g, ' ')
}
