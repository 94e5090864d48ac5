/** Sizes and speeds as people write them: `100MB`, `2 GiB`, `10MB/s`. */
import { UsageError } from './command.ts'

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1e3,
  kb: 1e3,
  kib: 2 ** 10,
  m: 1e6,
  mb: 1e6,
  mib: 2 ** 20,
  g: 1e9,
  gb: 1e9,
  gib: 2 ** 30,
  t: 1e12,
  tb: 1e12,
  tib: 2 ** 40,
}

/** @throws UsageError naming the option */
export function sizeOf(text: string, what: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? []
  const bytes = Math.round(Number(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN))
  if (number === '' || !Number.isSafeInteger(bytes))
    throw new UsageError(`${what} must be a size such as 500kB, 100MB or 2GiB, not "${text}".`)
  return bytes
}

/** Bytes a second; null for `none`. @throws UsageError naming the option */
export function rateOf(text: string, what: string): number | null {
  if (text.trim().toLowerCase() === 'none') return null
  const bytes = sizeOf(text.replace(/\s*\/\s*s$/i, ''), what)
  if (bytes < 1_000) throw new UsageError(`${what} must be at least 1kB/s.`)
  return bytes
}
