/**
 * Why an error happened, where its code alone does not say it and no name does: a code and values, as of the errors themselves, so that
 * each program says it in its own words. Here are the English ones.
 */

const [TEXT, NUMBER] = ['string', 'number'] as const

/** Every reason with its values; `most` and `least` are what is allowed, `needed` and `free` bytes. */
const SHAPES = {
  // names
  'name-empty': {},
  'name-long': { length: NUMBER, most: NUMBER },
  'name-characters': {},
  'name-everyone': {},
  'name-alphabets': {},
  'name-lookalike': {},
  'name-unseen': {},
  /** Of `name-taken`: not this very one, but one that people would take for it. */
  'name-alike': { name: TEXT },
  // passwords and messages
  'password-short': { length: NUMBER, least: NUMBER },
  'password-long': { most: NUMBER },
  'text-long': { length: NUMBER, most: NUMBER },
  wait: { seconds: NUMBER },
  // what a registry takes
  'users-full': { most: NUMBER },
  'rooms-full': { most: NUMBER },
  'room-members-full': { most: NUMBER },
  'member-of-many': { most: NUMBER },
  // files and transfers
  'space-short': { needed: NUMBER, free: NUMBER },
  'something-there': { path: TEXT },
  'not-ours-alone': { path: TEXT },
  'path-long': { path: TEXT },
  'not-absolute': { path: TEXT },
  'files-most': { most: NUMBER },
  'folders-most': { most: NUMBER },
  'upload-gone': {},
  'other-device': {},
  'other-process': {},
  withdrawn: {},
  // this machine
  'newer-version': { version: NUMBER },
  /** What the system said of it, which is nobody's language. */
  system: { path: TEXT, message: TEXT },
  'registry-slow-start': {},
  'registry-no-start': {},
  'registry-ended': { how: TEXT },
  'registry-stopped': {},
} as const

type Shape = Readonly<Record<string, 'string' | 'number'>>
type ValuesOf<S extends Shape> = { readonly [K in keyof S]: S[K] extends 'number' ? number : string }

export type ReasonCode = keyof typeof SHAPES
export type ReasonValues = { readonly [C in ReasonCode]: ValuesOf<(typeof SHAPES)[C]> }

/** Plain data: it crosses threads and wires as it is. */
export interface Reason<C extends ReasonCode = ReasonCode> {
  readonly code: C
  readonly values: ReasonValues[C]
}

const number = (count: number) => count.toLocaleString('en')
const mebibytes = (bytes: number) => `${number(Math.ceil(bytes / 1_048_576))} MiB`

const ENGLISH: { readonly [C in ReasonCode]: (values: ReasonValues[C]) => string } = {
  'name-empty': () => 'it is empty',
  'name-long': ({ length, most }) => `it has ${length} characters, ${most} at most`,
  'name-characters': () => 'it has other characters',
  'name-everyone': () => 'it stands for everybody',
  'name-alphabets': () => 'it mixes alphabets',
  'name-lookalike': () => 'its letters look like others',
  'name-unseen': () => 'it has characters that cannot be seen',
  'name-alike': ({ name }) => `${name}, or one that looks like it`,
  'password-short': ({ length }) => `it has ${length} characters`,
  'password-long': ({ most }) => `it has more than ${most} characters`,
  'text-long': ({ length, most }) => `${length} characters, ${most} at most`,
  wait: ({ seconds }) => `${seconds} s`,
  'users-full': ({ most }) => `it has ${most} users`,
  'rooms-full': ({ most }) => `it has ${most} rooms`,
  'room-members-full': ({ most }) => `${most} members at most`,
  'member-of-many': ({ most }) => `somebody is in ${most} rooms already`,
  'space-short': ({ needed, free }) => `${mebibytes(needed)} are needed, ${mebibytes(free)} are free`,
  'something-there': ({ path }) => `${path}: something else is there`,
  'not-ours-alone': ({ path }) => `${path}: it is not ours alone`,
  'path-long': ({ path }) => `${path}: its path is too long`,
  'not-absolute': ({ path }) => `${path} is not an absolute path`,
  'files-most': ({ most }) => `${number(most)} at most`,
  'folders-most': ({ most }) => `${number(most)} folders at most`,
  'upload-gone': () => 'an upload is not there any more',
  'other-device': () => 'another device of yours offered it',
  'other-process': () => 'another process on this profile receives it',
  withdrawn: () => 'it was withdrawn',
  'newer-version': ({ version }) => `it was made by a newer OptiChat (schema ${version})`,
  system: ({ path, message }) => `${path}: ${message}`,
  'registry-slow-start': () => 'the registry was not ready',
  'registry-no-start': () => 'the registry could not be started',
  'registry-ended': ({ how }) => `the registry ended: ${how}`,
  'registry-stopped': () => 'the registry was stopped',
}

export const because = <C extends ReasonCode>(code: C, values: ReasonValues[C]): Reason<C> => ({ code, values })

export const reasonInEnglish = <C extends ReasonCode>({ code, values }: Reason<C>): string => ENGLISH[code](values)

/** What came over a wire; undefined for one that this version does not know. Texts are cut at 300 characters. */
export function parseReason(value: unknown): Reason | undefined {
  if (!isRecord(value) || typeof value.code !== 'string' || !Object.hasOwn(SHAPES, value.code) || !isRecord(value.values)) return undefined
  const { code, values } = value as { code: ReasonCode; values: Record<string, unknown> }
  const shape: Shape = SHAPES[code]
  if (!Object.entries(shape).every(([name, type]) => typeof values[name] === type)) return undefined
  const kept = Object.keys(shape).map((name) => [name, typeof values[name] === 'string' ? values[name].slice(0, 300) : values[name]])
  return { code, values: Object.fromEntries(kept) }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
