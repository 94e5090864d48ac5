/** The bench as a picture: for each goal how far OptiChat is from it, and how its cost grows. Plain SVG, which any page shows. */
import { figure, type Row } from './bench.ts'
import { CLIENTS, MESSAGES } from './sections/growth.ts'

const WIDTH = 960
const LINE = 22
/** Where bars begin, and how long one of a hundredfold is. */
const LEFT = 530
const HUNDREDFOLD = 190
const COLOURS = { met: '#2e7d4f', missed: '#b4532a', goal: '#222', text: '#222', faint: '#888', grid: '#ddd' }

const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`)
const text = (x: number, y: number, words: string, more = '') => `<text x="${x}" y="${y}" ${more}>${escaped(words)}</text>`
/** Longer is better: a cost's ratio is turned over. */
const better = (row: Row, ratio: number) => (row.better === 'more' ? ratio : 1 / ratio)
const place = (ratio: number) => LEFT + HUNDREDFOLD + (Math.log10(Math.min(100, Math.max(0.01, ratio))) / 2) * HUNDREDFOLD

function bars(rows: readonly Row[], top: number): string[] {
  const axis = [0.01, 0.1, 1, 10, 100].flatMap((ratio) => [
    `<line x1="${place(ratio)}" x2="${place(ratio)}" y1="${top}" y2="${top + rows.length * LINE}" stroke="${ratio === 1 ? COLOURS.faint : COLOURS.grid}"/>`,
    text(place(ratio), top - 6, `${ratio}×`, `text-anchor="middle" fill="${COLOURS.faint}"`),
  ])
  const lines = rows.flatMap((row, index) => {
    const { peer, goal } = row
    if (!peer || !goal) return []
    const y = top + index * LINE
    const at = place(better(row, peer.ratio.median))
    const due = place(better(row, goal.atLeast ?? goal.atMost ?? 1))
    const [from, to] = [Math.min(at, place(1)), Math.max(at, place(1))]
    const colour = row.met ? COLOURS.met : COLOURS.missed
    return [
      text(8, y + 15, `${row.work}: ${row.measure.split(' (')[0]}`),
      text(LEFT - 8, y + 15, `/ ${peer.title.split(' ')[0]}`, 'text-anchor="end" font-weight="bold"'),
      `<rect x="${from}" y="${y + 4}" width="${Math.max(1, to - from)}" height="14" fill="${colour}"><title>${figure(peer.ratio.median)}</title></rect>`,
      `<line x1="${due}" x2="${due}" y1="${y + 1}" y2="${y + 21}" stroke="${COLOURS.goal}" stroke-width="2"/>`,
      text(WIDTH - 8, y + 15, `${figure(better(row, peer.ratio.median))}×`, 'text-anchor="end"'),
    ]
  })
  return [...axis, ...lines]
}

/** One small plot: sizes on a logarithmic axis, values from 0 up. */
function plot(x: number, y: number, title: string, points: readonly { size: number; value: number }[]): string[] {
  const [width, height] = [190, 90]
  if (points.length === 0) return []
  const most = Math.max(...points.map(({ value }) => value)) * 1.15
  const sizes = points.map(({ size }) => Math.log10(size))
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)]
  const at = ({ size, value }: { size: number; value: number }): [number, number] => [
    x + 10 + (high > low ? (Math.log10(size) - low) / (high - low) : 0.5) * (width - 20),
    y + height - (value / most) * height,
  ]
  return [
    text(x, y - 8, title, 'font-weight="bold"'),
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="${COLOURS.grid}"/>`,
    `<polyline fill="none" stroke="${COLOURS.met}" stroke-width="2" points="${points.map((point) => at(point).join(',')).join(' ')}"/>`,
    ...points.flatMap((point) => {
      const [px, py] = at(point)
      return [
        `<circle cx="${px}" cy="${py}" r="3" fill="${COLOURS.met}"/>`,
        text(px, py - 6, figure(point.value), 'text-anchor="middle" font-size="10"'),
        text(px, y + height + 13, short(point.size), `text-anchor="middle" font-size="10" fill="${COLOURS.faint}"`),
      ]
    }),
  ]
}

const short = (size: number) => (size >= 1_000_000 ? `${size / 1_000_000}M` : size >= 1_000 ? `${size / 1_000}k` : `${size}`)

/** What is drawn of how cost grows: the beginning of a measure's title, by size. */
const PLOTS = [
  { title: 'CPU for a delivery, µs, by clients', section: 'growth-clients', begins: 'server CPU for a delivery', sizes: CLIENTS },
  { title: 'memory, MiB, by clients', section: 'growth-clients', begins: 'server memory', sizes: CLIENTS },
  { title: 'CPU for a stored one, µs, by log', section: 'growth-messages', begins: 'server CPU for a stored', sizes: MESSAGES },
  { title: 'memory, MiB, by log', section: 'growth-messages', begins: 'server memory', sizes: MESSAGES },
] as const

export function picture(rows: readonly Row[], under: string): string {
  const judged = rows.filter(({ peer, goal }) => peer && goal)
  const top = 64
  const below = top + judged.length * LINE + 50
  const plots = PLOTS.flatMap(({ title, section, begins, sizes }, index) => {
    const own = rows.filter((row) => row.section === section && row.measure.startsWith(begins))
    const points = sizes.flatMap((size) => {
      const row = own.find(({ measure }) => measure.includes(size.toLocaleString('en')) && !measure.includes(`,${size}`))
      return row ? [{ size, value: row.optichat.median }] : []
    })
    return plot(12 + index * 240, below, title, points)
  })
  const height = below + 140
  const parts = [
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    text(8, 20, 'OptiChat beside others, on the same machine in the same run', 'font-size="15" font-weight="bold"'),
    text(8, 38, 'longer to the right is better; the black mark is the goal', `fill="${COLOURS.faint}"`),
    ...bars(judged, top),
    ...plots,
    text(8, height - 8, under, `fill="${COLOURS.faint}" font-size="10"`),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${COLOURS.text}">
<title>OptiChat beside others</title>
${parts.join('\n')}
</svg>
`
}
