/** The bench's rows as a table in Markdown, which is also readable as it is. */
import { figure, type Row, type Spread } from './bench.ts'
import type { Goal } from './sections/section.ts'

const HEAD = ['work', 'measured', 'OptiChat', 'beside', 'its value', 'ratio', 'goal', '']

export function markdown(rows: readonly Row[]): string {
  let before = ''
  const lines = rows.map((row) => {
    const work = row.work === before ? '' : row.work
    before = row.work
    const { peer, unit } = row
    const value = (spread: Spread) => `${figure(spread.median)} ${unit}`.trim()
    return [
      work,
      row.measure,
      peer ? value(row.optichat) : `${value(row.optichat)} ${range(row.optichat)}`,
      peer?.title ?? '',
      peer ? value(peer.value) : '',
      peer ? `**${figure(peer.ratio.median)}×** ${range(peer.ratio)}` : '',
      row.goal ? inWords(row.goal, peer ? '×' : '') : '',
      row.met === undefined ? '' : row.met ? 'met' : 'not met',
    ]
  })
  const widths = HEAD.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)))
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [line(HEAD), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...lines.map(line)].join('\n')
}

const range = ({ least, most }: Spread) => `(${figure(least)}–${figure(most)})`

function inWords({ atLeast, atMost }: Goal, unit: string): string {
  return [...(atLeast === undefined ? [] : [`≥ ${atLeast}${unit}`]), ...(atMost === undefined ? [] : [`≤ ${figure(atMost)}${unit}`])].join(
    ', ',
  )
}
