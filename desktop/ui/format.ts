/** Numbers, times and lists as people read them, in the language of their system where that costs nothing. */
import type { RosterEntry } from '../bridge.ts'

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

/** `1 byte`, `840 bytes`, `1.4 MB`: decimal units, as file managers show. */
export function bytes(count: number): string {
  if (count === 1) return '1 byte'
  let unit = 0
  let value = count
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

/** How long something still takes, roughly: `a few seconds`, `40 s`, `3 min`, `2 h 10 min`. */
export function duration(seconds: number): string {
  if (seconds < 5) return 'a few seconds'
  if (seconds < 60) return `${Math.ceil(seconds / 5) * 5} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** How long something took: `0.4 s`, `12 s`, `3 min`. */
export function took(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  return seconds < 60 ? `${Math.round(seconds)} s` : duration(seconds)
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

const list = new Intl.ListFormat('en', { type: 'conjunction' })

/** `Bob`, `Bob and Carol`, `Bob, Carol, and 5 more`. */
export function names(all: readonly string[], most = 4): string {
  if (all.length <= most) return list.format(all)
  return list.format([...all.slice(0, most - 1), `${all.length - most + 1} more`])
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat('en', { weekday: 'long' })
const dayOfYear = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long' })
const fullDay = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' })
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })

export const timeOfDay = (at: number): string => clock.format(at)
export const exactTime = (at: number): string => exact.format(at)

/** Which day of the local calendar, as something to compare. */
export function dayKey(at: number): string {
  const date = new Date(at)
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`
}

/** `Today`, `Yesterday`, `Monday` within a week, else the date. */
export function day(at: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000)
  if (days === 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days > 1 && days < 7) return weekday.format(at)
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? dayOfYear.format(at) : fullDay.format(at)
}

/** For a list's edge: the time today, else the day. */
export const shortWhen = (at: number, now: number): string => (dayKey(at) === dayKey(now) ? timeOfDay(at) : day(at, now))

const PRESENCES: Record<RosterEntry['presence'], string> = { online: 'Online', away: 'Away', busy: 'Busy', offline: 'Offline' }

export const presenceWord = (presence: RosterEntry['presence']): string => PRESENCES[presence]

/** `last seen 12:40`, `last seen Monday`, `not seen yet`. */
export function lastSeen(at: number | undefined, now: number): string {
  if (at === undefined) return 'not seen yet'
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return 'last seen just now'
  if (minutes < 60) return `last seen ${minutes} min ago`
  return dayKey(at) === dayKey(now) ? `last seen ${timeOfDay(at)}` : `last seen ${day(at, now).replace('Yesterday', 'yesterday')}`
}

/** A fingerprint in groups of four, upper case, as people compare it aloud. */
export const fingerprintGroups = (fingerprint: string): string[] => fingerprint.toUpperCase().match(/.{1,4}/g) ?? []

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}
