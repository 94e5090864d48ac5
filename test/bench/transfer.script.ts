/**
 * `npm run bench:transfer -- [--only tiny,large,middle,many,links] [--rounds 3] [--mib 1024] [--files 10000] [--memory [MIB]]`: the whole
 * product (a registry and two people, each a process) hands over a tiny file, a large one, one of 256 MiB and many small ones, beside other
 * programs on the same disk in the same run, by turns; then one through links of 1 and 2.5 Gbit/s, beside iperf3. Every result ends with the
 * bytes on the disk: ours syncs by itself, after the others comes one `sync -f`. Tells medians and ratios; who is not installed is named.
 * `--memory` first looks at the memory of both programs over 10 GiB (or so many MiB) and 100,000 files; `--only memory`: nothing else.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { flag, option, quantile, tell, words } from './results.ts'
import { barePeers } from './transfer/bare.ts'
import type { Carrier, CarrierGroup } from './transfer/carrier.ts'
import { Link, noLinks, type Through } from './transfer/link.ts'
import { measureMemory } from './transfer/memory.ts'
import { nginxPeers } from './transfer/nginx.ts'
import { prepare } from './transfer/prepare.ts'
import { type Handed, Product } from './transfer/product.ts'
import { rsyncPeers } from './transfer/rsyncd.ts'
import { largeFile, manyFiles } from './transfer/sources.ts'
import { sshPeers } from './transfer/ssh.ts'
import { syncthingPeers } from './transfer/syncthing.ts'
import { cpuBelow } from './transfer/tree-cpu.ts'
import { wormholePeers } from './transfer/wormhole.ts'

const OURS = 'optichat'
const WORKS = ['memory', 'tiny', 'large', 'middle', 'many', 'links'] as const
/** MiB: as the issue has it for syncthing, which takes its time. */
const MIDDLE = 256
const RATES = { '1gbit': 'a link of 1 Gbit/s', '2500mbit': 'a link of 2.5 Gbit/s' }

const only = words('only')
const unknown = only.find((word) => !WORKS.some((work) => work === word))
if (unknown !== undefined) throw new Error(`--only knows ${WORKS.join(', ')}, not ${unknown}`)
const wants = (work: (typeof WORKS)[number]) => only.length === 0 || only.includes(work)
const rounds = option('rounds', 3)
const mib = option('mib', 1_024)
const files = option('files', 10_000)
/** Of the large file, as its runs differ more than others': up to five rounds, as far as all of them take no longer than 180 seconds a GiB. */
const MORE_ROUNDS = { rounds: 5, seconds: (180 * mib) / 1_024 }
const wantsMemory = flag('memory') || only.includes('memory')
/** A number after it is its size. */
const memoryMib = /^\d/.test(process.argv[process.argv.indexOf('--memory') + 1] ?? '') ? option('memory', 0) : 10_240

const root = mkdtempSync(join(process.env.OPTICHAT_BENCH_DISK ?? tmpdir(), 'optichat-bench-'))
const folder = (name: string) => {
  const path = join(root, name)
  mkdirSync(path, { recursive: true })
  return path
}

interface Run {
  readonly seconds: number
  readonly cpu: number
}

const median = (values: readonly number[]) => quantile(values, 0.5)
let fresh = 0
/** A folder never used before: ext4 creates files many times slower just after an `rm -rf`, so many small ones are not deleted before the end. */
const into = () => folder(`into-${fresh++}`)

async function measured(peer: Carrier, source: string, target: string): Promise<Run> {
  const cpu = cpuBelow(process.pid)
  const began = performance.now()
  await peer.bring(source, target)
  execFileSync('sync', ['-f', target])
  return { seconds: (performance.now() - began) / 1000, cpu: cpuBelow(process.pid) - cpu }
}

/** All of them by turns, so that what else the machine does meets all alike. Each round begins with another one, and goes the other way. */
async function compare(
  product: Product,
  peers: readonly Carrier[],
  source: string,
  more = { rounds, seconds: 0 },
): Promise<{ runs: Map<string, Run[]>; ours: Handed[] }> {
  const runs = new Map<string, Run[]>([[OURS, []], ...peers.map(({ name }): [string, Run[]] => [name, []])])
  const ours: Handed[] = []
  const turns: ((target: string) => Promise<void>)[] = [
    async (target: string) => {
      const handed = await product.hand(source, target)
      ours.push(handed)
      runs.get(OURS)?.push(handed)
    },
    ...peers.map((peer) => async (target: string) => {
      runs.get(peer.name)?.push(await measured(peer, source, target))
    }),
  ]
  const isOne = statSync(source).isFile()
  // Nobody's, so that the first one finds what all others find.
  let last = isOne ? into() : null
  if (last !== null) copyFileSync(source, join(last, basename(source)))
  const began = performance.now()
  const seconds = (round: number) => ((performance.now() - began) / 1000 / round) * (round + 1)
  for (let round = 0; round < rounds || (round < more.rounds && seconds(round) < more.seconds); round++) {
    process.stderr.write(`${source}: round ${round + 1}\n`)
    for (let n = 0; n < turns.length; n++) {
      prepare(source, last)
      const target = into()
      await turns.at((round + (round % 2 === 0 ? n : -n)) % turns.length)?.(target)
      last = isOne ? target : null
    }
  }
  return { runs, ours }
}

const groups: CarrierGroup[] = []
const rows: [string, string][] = []
const report: Record<string, unknown> = { rounds, mib, files, loadBefore: loadavg() }

function table(title: string, runs: ReadonlyMap<string, readonly Run[]>, bytes: number | null): void {
  const seconds = median((runs.get(OURS) ?? []).map((run) => run.seconds))
  rows.push([title, bytes === null ? 'seconds   cpu s   ours is … × as fast' : 'MiB/s   cpu s   ours is … × as fast'])
  const told: Record<string, object> = {}
  for (const [name, list] of runs) {
    const theirs = median(list.map((run) => run.seconds))
    const cpu = median(list.map((run) => run.cpu))
    const speed = bytes === null ? theirs.toFixed(2) : (bytes / theirs).toFixed(0)
    rows.push([`  ${name}`, `${speed.padStart(7)} ${cpu.toFixed(2).padStart(7)}   ${(theirs / seconds).toFixed(2)}`])
    told[name] = { seconds: theirs, cpu, faster: theirs / seconds, runs: list.map((run) => run.seconds) }
  }
  report[title] = told
}

/** The links, each beside iperf3 on it just before. */
async function links(): Promise<void> {
  const lack = noLinks()
  if (lack !== null) {
    rows.push(['left out, as it is not there', `links of 1 and 2.5 Gbit/s: ${lack}`])
    return
  }
  const source = largeFile(join(folder('link'), 'link.bin'), mib)
  const link = await Link.start(folder('link-product'))
  try {
    // Not counted: what it leaves is what the first one that counts writes to.
    await link.measure('1gbit', source, mib * 2 ** 20)
    for (const [rate, title] of Object.entries(RATES)) {
      const runs: Through[] = []
      for (let round = 0; round < rounds; round++) {
        process.stderr.write(`${title}: round ${round + 1} of ${rounds}\n`)
        runs.push(await link.measure(rate, source, mib * 2 ** 20))
      }
      const [iperf3, ours] = [median(runs.map((run) => run.iperf3)), median(runs.map((run) => run.ours))]
      const share = median(runs.map((run) => run.ours / run.iperf3))
      const bare = median(runs.map((run) => run.bare / run.iperf3))
      rows.push([
        `${title}, ${mib} MiB: iperf3, ours (Mbit/s), ours of it, Node’s TLS alone of it`,
        `${iperf3.toFixed(0)}, ${ours.toFixed(0)}, ${(share * 100).toFixed(1)}%, ${(bare * 100).toFixed(1)}%`,
      ])
      report[title] = { iperf3, ours, share, bare, runs }
    }
  } finally {
    await link.close()
  }
}

/** One work, beside all who are measured with it. */
async function beside(product: Product, work: 'large' | 'middle' | 'many', source: string) {
  const peers = groups.flatMap((group) => group.peers).filter(({ takes }) => takes.includes(work))
  return compare(product, peers, source, work === 'large' ? MORE_ROUNDS : undefined)
}

async function tiny(product: Product): Promise<void> {
  const note = join(folder('tiny'), 'note.txt')
  writeFileSync(note, 'x'.repeat(1_024))
  const notes: Handed[] = []
  for (let n = 0; n < Math.max(5, rounds); n++) notes.push(await product.hand(note, into()))
  rows.push(
    [
      '1 KiB: accepted to first byte told, to the end (ms)',
      `${median(notes.map(({ toFirst }) => toFirst)).toFixed(0)}, ${median(notes.map(({ toEnd }) => toEnd)).toFixed(0)}`,
    ],
    ['1 KiB: offered to the end (ms)', (median(notes.map(({ seconds }) => seconds)) * 1000).toFixed(0)],
  )
  report.notes = notes
}

async function memory(product: Product): Promise<void> {
  const told = await measureMemory(product, memoryMib, { folder, into })
  for (const [title, { sending, receiving, before }] of Object.entries(told)) {
    const figures = [sending, receiving, before.sending, before.receiving].map((mb) => mb.toFixed(0))
    rows.push([`${title} (MB, most): sending, receiving`, `${figures[0]}, ${figures[1]} (just before: ${figures[2]}, ${figures[3]})`])
  }
  Object.assign(report, told)
}

/** What the two programs used while they handed over the large file and the many small ones. */
function usage(large: readonly Handed[], many: readonly Handed[]): void {
  const lag = ({ sender, receiver }: Handed) =>
    [Math.max(sender.p99, receiver.p99), Math.max(sender.own, receiver.own), Math.max(sender.worst, receiver.worst)]
      .map((millis) => millis.toFixed(0))
      .join(' ')
  if (large.length > 0)
    rows.push(['event loop, large file: p99, longest stall of its own, longest in all (ms)', large.map(lag).join(' · ')])
  const all = [...large, ...many]
  const most = (side: 'sender' | 'receiver') => Math.max(...all.map((handed) => handed[side].memory)).toFixed(0)
  if (all.length > 0) rows.push(['memory of the sending, receiving program (MiB, most)', `${most('sender')}, ${most('receiver')}`])
  Object.assign(report, { large, many })
}

let product: Product | null = null
try {
  const starts: readonly (readonly [string, () => Promise<CarrierGroup | null>])[] = [
    ['sshd, scp', () => sshPeers(folder('ssh'))],
    ['rsync', () => rsyncPeers(folder('rsync'))],
    ['nginx, curl', () => nginxPeers(folder('nginx'))],
    ['magic-wormhole and its mailbox server', () => wormholePeers(folder('wormhole'))],
    ['syncthing', () => syncthingPeers(folder('syncthing'))],
    ['Node’s TLS alone', () => barePeers(folder('bare'))],
  ]
  const compares = wants('large') || wants('middle') || wants('many')
  for (const [what, start] of compares ? starts : []) {
    const group = await start()
    if (group) groups.push(group)
    else rows.push(['left out, as it is not installed', what])
  }
  product = await Product.start(folder('product'))

  if (wantsMemory) await memory(product)
  if (wants('tiny')) await tiny(product)
  const ours: Record<'large' | 'many', readonly Handed[]> = { large: [], many: [] }
  if (wants('large')) {
    const large = await beside(product, 'large', largeFile(join(folder('large'), 'large.bin'), mib))
    table(`a file of ${mib} MiB`, large.runs, mib)
    ours.large = large.ours
  }
  if (wants('middle')) {
    const middle = await beside(product, 'middle', largeFile(join(folder('middle'), 'middle.bin'), MIDDLE))
    table(`a file of ${MIDDLE} MiB`, middle.runs, MIDDLE)
  }
  if (wants('many')) {
    const many = await beside(product, 'many', manyFiles(join(folder('many'), 'many'), files, 4_096))
    table(`${files} files of 4 KiB`, many.runs, null)
    ours.many = many.ours
  }
  usage(ours.large, ours.many)

  if (wants('links')) await links()
  report.loadAfter = loadavg()
  rows.push([
    'load of the machine before, after',
    `${(report.loadBefore as number[])[0]?.toFixed(1)}, ${loadavg()[0]?.toFixed(1)} (two cores: ratios count, not figures)`,
  ])
  tell('bench-transfer', rows, report)
} finally {
  await product?.close()
  for (const group of groups) group.close()
  rmSync(root, { recursive: true, force: true })
}
