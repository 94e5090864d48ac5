/** Puts what was measured into the README: its table between two marks, and the picture beside this file. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kept } from './parts.ts'

const README = join(import.meta.dirname, '../../README.md')
const MARKS = /(<!-- bench: by npm run bench -- --publish -->\n)[\s\S]*?(<!-- \/bench -->)/

const IMAGE = '![The goals as bars, and how cost grows with clients and messages](test/bench/picture.svg)'

const minute = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)}`

/** On what, when and at which commit it was measured; `long`: also how, and what was noted. */
export function under(parts: readonly Kept[], length: 'short' | 'long'): string {
  const [first] = parts
  if (!first) return 'nothing was measured yet'
  const { machine, commit } = first
  const times = parts.map(({ when }) => when).sort()
  const servers = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  const at = `measured ${minute(times[0] ?? '')} to ${minute(times.at(-1) ?? '')} UTC at commit ${commit}`
  const on = `${machine.processors} processors, Node ${machine.node}, ${servers.join(', ')}`
  if (length === 'short') return `${on}; ${at}`
  const loads = parts.map(({ load }) => load[0] ?? 0)
  const rounds = [...new Set(parts.flatMap(({ rounds }) => (rounds > 0 ? [rounds] : [])))].sort().join(' or ')
  const noted = parts.flatMap(({ notes, failures }) => [...notes, ...failures])
  return [
    `${on} (${machine.processor}); ${at}, ${rounds} fresh starts each; load of the machine after each part ${Math.min(...loads)} to ${Math.max(...loads)}.`,
    ...(noted.length > 0 ? ['', 'Noted while it was measured:', '', ...noted.map((line) => `- ${line}`)] : []),
  ].join('\n')
}

export function publish(table: string, svg: string): void {
  const text = readFileSync(README, 'utf8')
  if (!MARKS.test(text)) throw new Error('README.md has no marks for the table')
  writeFileSync(
    README,
    text.replace(MARKS, (_, begin: string, end: string) => `${begin}${table}\n\n${IMAGE}\n${end}`),
  )
  writeFileSync(join(import.meta.dirname, 'picture.svg'), svg)
}
