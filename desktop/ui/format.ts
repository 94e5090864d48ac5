/** Numbers, times and lists as people read them, in the language the window speaks. */
import type { RosterEntry } from '../bridge.ts'
import { counted, inSentence, locale, msg, phrase, str } from './i18n/text.ts'

/** Each language's formats are made once: making one costs more than using it a thousand times. */
const made = new Map<string, unknown>()

function format<T>(key: string, make: (locale: string) => T): T {
  const of = `${locale()} ${key}`
  const known = made.get(of) as T | undefined
  if (known !== undefined) return known
  const fresh = make(locale())
  made.set(of, fresh)
  return fresh
}

const number = (unit: string, digits: number, unitDisplay: 'short' | 'long' | 'narrow') =>
  format(`${unit} ${digits} ${unitDisplay}`, (to) => {
    const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits }
    return new Intl.NumberFormat(to, { style: 'unit', unit, unitDisplay, ...fraction })
  })
const date = (options: Intl.DateTimeFormatOptions) => format(JSON.stringify(options), (to) => new Intl.DateTimeFormat(to, options))

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

/** `1 byte`, `840 bytes`, `1.4 MB`: decimal units, as file managers show. */
export function bytes(count: number): string {
  let unit = 0
  let value = count
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return number(UNITS[unit] ?? 'byte', unit === 0 || value >= 99.5 ? 0 : 1, unit === 0 ? 'long' : 'short').format(value)
}

const inUnits = (value: number, unit: 'second' | 'minute' | 'hour', digits = 0): string => number(unit, digits, 'short').format(value)

/** `1,000 Mb/s`. */
export const megabits = (speed: number): string => number('megabit-per-second', 0, 'short').format(speed)

/** How far two times are apart, in the largest unit of which it is two or more: `3 hours`, `90 seconds`. */
export function span(seconds: number): string {
  const units = { day: 86_400, hour: 3_600, minute: 60, second: 1 }
  const [unit, size] = Object.entries(units).find(([, least]) => seconds >= 2 * least) ?? ['second', 1]
  return number(unit, 0, 'long').format(seconds / size)
}

/** How long something still takes, roughly: `a few seconds`, `40 sec`, `3 min`, `2 hr 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 5) return msg('a few seconds')
  if (seconds < 60) return inUnits(Math.ceil(seconds / 5) * 5, 'second')
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return inUnits(minutes, 'minute')
  const hours = inUnits(Math.floor(minutes / 60), 'hour')
  return minutes % 60 === 0 ? hours : `${hours} ${inUnits(minutes % 60, 'minute')}`
}

/** How long something took: `0.4 sec`, `12 sec`, `3 min`. */
export function took(seconds: number): string {
  if (seconds < 9.95) return inUnits(seconds, 'second', 1)
  return seconds < 60 ? inUnits(Math.round(seconds), 'second') : duration(seconds)
}

/** The order of names in a list, as the language has it: `bob` beside `Bob`, `Room 2` before `Room 10`. */
export const byName = (a: string, b: string): number =>
  format('names', (to) => new Intl.Collator(to, { sensitivity: 'base', numeric: true })).compare(a, b)

/** `Bob`, `Bob and Carol`, `Bob, Carol, and 5 more`. */
export function names(people: readonly string[], most = 4): string {
  const all = people.map(inSentence)
  const list = format('list', (to) => new Intl.ListFormat(to, { type: 'conjunction' }))
  if (all.length <= most) return list.format(all)
  const more = all.length - most + 1
  return list.format([...all.slice(0, most - 1), counted(more, '# more', '# more')])
}

export const timeOfDay = (at: number): string => date({ timeStyle: 'short' }).format(at)
export const exactTime = (at: number): string => date({ dateStyle: 'full', timeStyle: 'medium' }).format(at)

/** Which day of the local calendar, as something to compare. */
export function dayKey(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`
}

/** `Today`, `Yesterday`, `Monday` within a week, else the date. */
export function day(at: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000)
  if (days === 0) return msg('Today')
  if (days === 1) return msg('Yesterday')
  if (days > 1 && days < 7) return date({ weekday: 'long' }).format(at)
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return date({ day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) }).format(at)
}

/** For a list's edge: the time today, else the day. */
export const shortWhen = (at: number, now: number): string => (dayKey(at) === dayKey(now) ? timeOfDay(at) : day(at, now))

const PRESENCES: Record<RosterEntry['presence'], string> = {
  online: phrase('Online'),
  away: phrase('Away'),
  busy: phrase('Busy'),
  offline: phrase('Offline'),
}

export const presenceWord = (presence: RosterEntry['presence']): string => msg(PRESENCES[presence])

/** `last seen 12:40`, `last seen on Monday`, `not seen yet`. */
export function lastSeen(at: number | undefined, now: number): string {
  if (at === undefined) return msg('not seen yet')
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return msg('last seen just now')
  if (minutes < 60) return msg(str`last seen ${inUnits(minutes, 'minute')} ago`)
  if (dayKey(at) === dayKey(now)) return msg(str`last seen ${timeOfDay(at)}`)
  if (startOfDay(now) - startOfDay(at) < 1.5 * 86_400_000) return msg('last seen yesterday')
  return msg(str`last seen ${day(at, now)}`)
}

/** Where a registry is, as it can be typed: `192.168.1.20:6784`, `[fe80::1%eth0]:6784`. */
export const endpoint = (host: string, port: number): string => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)

/** A fingerprint in groups of four, upper case, as people compare it aloud. */
export const fingerprintGroups = (fingerprint: string): string[] => fingerprint.toUpperCase().match(/.{1,4}/g) ?? []

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}
