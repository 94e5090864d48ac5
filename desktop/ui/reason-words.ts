/** Why an error happened, in the person's language: a sentence for every reason there is. */
import type { Reason, ReasonCode, ReasonValues } from '../../core/protocol/reasons.ts'
import { bytes, span } from './format.ts'
import { apart, msg, shownNumber, str } from './i18n/text.ts'

const REASONS: { readonly [C in ReasonCode]: (values: ReasonValues[C]) => string } = {
  'name-empty': () => msg('It is empty.'),
  'name-long': ({ most }) => msg(str`At most ${shownNumber(most)} characters are allowed.`),
  'name-characters': () => msg('It has other characters.'),
  'name-everyone': () => msg('It stands for everybody.'),
  'name-alphabets': () => msg('It mixes alphabets.'),
  'name-lookalike': () => msg('Its letters look like those of another alphabet.'),
  'name-unseen': () => msg('It has characters that cannot be seen.'),
  'name-alike': () => msg('Somebody has one that looks like it.'),
  'password-short': () => msg('It is too short.'),
  'password-long': ({ most }) => msg(str`At most ${shownNumber(most)} characters are allowed.`),
  'text-long': ({ most }) => msg(str`At most ${shownNumber(most)} characters are allowed.`),
  wait: ({ seconds }) => msg(str`It can be tried again in ${span(seconds)}.`),
  'users-full': () => msg('It has as many people as it can take.'),
  'rooms-full': () => msg('It has as many rooms as it can take.'),
  'room-members-full': ({ most }) => msg(str`At most ${shownNumber(most)} people can be in it.`),
  'member-of-many': () => msg('Somebody is in too many rooms already.'),
  'space-short': ({ needed, free }) => msg(str`${bytes(needed)} are needed, ${bytes(free)} are free.`),
  'something-there': ({ path }) => msg(str`Something else is at ${apart(path)}.`),
  'not-ours-alone': ({ path }) => msg(str`Others can write to ${apart(path)}, too.`),
  'path-long': ({ path }) => msg(str`The path of ${apart(path)} is too long.`),
  'not-absolute': ({ path }) => msg(str`The path ${apart(path)} does not begin at the top.`),
  'files-most': ({ most }) => msg(str`At most ${shownNumber(most)} can be sent at once.`),
  'folders-most': ({ most }) => msg(str`At most ${shownNumber(most)} folders can be sent at once.`),
  'upload-gone': () => msg('What was added is not there any more.'),
  'other-device': () => msg('Another of your devices offered it.'),
  'other-process': () => msg('Another program receives it already.'),
  withdrawn: () => msg('It was withdrawn.'),
  'newer-version': () => msg('It was made by a newer OptiChat.'),
  system: ({ path }) => apart(path),
  'registry-slow-start': () => msg('The registry did not start in time.'),
  'registry-no-start': () => msg('The registry could not be started.'),
  'registry-ended': () => msg('The registry ended by itself.'),
  'registry-stopped': () => msg('The registry is stopped.'),
}

export const reasonSentence = <C extends ReasonCode>({ code, values }: Reason<C>): string => REASONS[code](values)
