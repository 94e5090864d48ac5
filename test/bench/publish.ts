/** Puts what a whole run came to into the README: its table between two marks, and the picture beside this file. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const README = join(import.meta.dirname, '../../README.md')
const MARKS = /(<!-- bench: by npm run bench -- --publish -->\n)[\s\S]*?(<!-- \/bench -->)/

const IMAGE = '![The goals as bars, and how cost grows with clients and messages](test/bench/picture.svg)'

export function publish(table: string, svg: string): void {
  const text = readFileSync(README, 'utf8')
  if (!MARKS.test(text)) throw new Error('README.md has no marks for the table')
  writeFileSync(
    README,
    text.replace(MARKS, (_, begin: string, end: string) => `${begin}${table}\n\n${IMAGE}\n${end}`),
  )
  writeFileSync(join(import.meta.dirname, 'picture.svg'), svg)
}
