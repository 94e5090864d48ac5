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

/** The rows that have a goal, and no more columns than a page has room for. */
export function shortTable(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ work, measure, unit, optichat, peer, goal, met }) => {
    if (!goal) return []
    const value = peer
      ? `**${figure(peer.ratio.median)}×** ${range(peer.ratio)} ${peer.title}`
      : `**${figure(optichat.median)} ${unit}** ${range(optichat)}`
    return [`| ${work}: ${measure} | ${value} | ${inWords(goal, peer ? '×' : '')} | ${met ? 'yes' : 'no'} |`]
  })
  return ['| work | OptiChat (median, least–most) | goal | met |', '|---|---|---|---|', ...lines].join('\n')
}

const range = ({ least, most }: Spread) => `(${figure(least)}–${figure(most)})`

function inWords({ atLeast, atMost }: Goal, unit: string): string {
  return [...(atLeast === undefined ? [] : [`≥ ${atLeast}${unit}`]), ...(atMost === undefined ? [] : [`≤ ${figure(atMost)}${unit}`])].join(
    ', ',
  )
}
