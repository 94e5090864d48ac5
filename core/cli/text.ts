/** Words for people. What came from the network is shown so that it can neither move the cursor nor pass for something else. */

/** Control, bidi and line-breaking characters, and halves of surrogate pairs: what a terminal might obey (Trojan Source, UTS 55 §3). */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu

const visible = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`

/** One line of foreign text, a name or a path. */
export function oneLine(text: string): string {
  return text.replace(OBEYED, visible)
}

/** The beginning of foreign text, to tell which one is meant. */
export function excerpt(text: string): string {
  const [most, line] = [40, text.trim().replaceAll(/\s+/g, ' ')]
  const characters = [...line]
  return oneLine(characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line)
}

/** Foreign text that may have several lines: the later ones are indented, so that none passes for a line of ours. */
export function paragraph(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(OBEYED, (character) => (character === '\n' ? '\n    ' : character === '\t' ? '\t' : visible(character)))
}

/** A JSON line that says the same with all of these characters escaped. */
export function jsonLine(value: Readonly<Record<string, unknown>>): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return JSON.stringify(value).replace(OBEYED, escaped)
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']

/** `0 bytes`, `1.5 kB`, `200 MB`: powers of 1000, as file managers say it. */
export function bytesText(bytes: number): string {
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${bytes === 1 ? 'byte' : UNITS[unit]}`
}

/** `1 file`, `2 files` */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `5 seconds`, `62 minutes`, `3 hours`: so exactly as it matters. */
export function durationText(millis: number): string {
  const seconds = Math.max(1, Math.round(millis / 1000))
  if (seconds < 120) return countText(seconds, 'second')
  const minutes = Math.round(seconds / 60)
  return minutes < 120 ? countText(minutes, 'minute') : countText(Math.round(minutes / 60), 'hour')
}

/** Local date and time to the minute, sortable: `2026-11-22 14:05`. */
export function timeText(millis: number): string {
  const time = new Date(millis)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${two(time.getHours())}:${two(time.getMinutes())}`
}

/** `14:05:09`, for logs. */
export function clockText(millis: number): string {
  return new Date(millis).toTimeString().slice(0, 8)
}
