/** `npm run bench:discovery [-- --rounds N]`: how soon registries are found, missed and followed on a virtual LAN, beside Avahi. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startAvahi } from '../support/avahi.ts'
import { createLan } from '../support/lan.ts'
import { until } from '../support/wait.ts'
import { Agent, countPackets, registryNamed } from './discovery.ts'
import { option, quantile, tell } from './results.ts'

const ROUNDS = option('rounds', 30)
const MANY = 100
const CLIENTS = 10

const hosts = ['registry', 'alice', 'linux', ...Array.from({ length: CLIENTS }, (_, n) => `host${n}`)]
const lan = await createLan({ hosts })
const rows: [string, string][] = []
const whole: Record<string, unknown> = { rounds: ROUNDS }
const missed: string[] = []

function report(
  title: string,
  key: string,
  values: readonly number[],
  promise: { median?: number; p95?: number; most?: number },
  unit = 'ms',
) {
  const figures = { median: quantile(values, 0.5), p95: quantile(values, 0.95), most: Math.max(...values), times: values.length, unit }
  const kept = Object.entries(promise).every(([name, bound]) => figures[name as 'median' | 'p95' | 'most'] < bound)
  const number = (value: number) => value.toFixed(unit === 'ms' ? 0 : 2)
  const words = Object.entries(promise).map(([name, bound]) => `${name} < ${bound}`)
  const verdict = words.length === 0 ? '' : kept ? `kept: ${words.join(', ')}` : `NOT KEPT: ${words.join(', ')}`
  const shown =
    values.length === 1
      ? `${number(figures.most)} ${unit}`
      : `median ${number(figures.median)}, p95 ${number(figures.p95)}, most ${number(figures.most)} ${unit}`
  rows.push([title, `${shown.padEnd(44)} ${verdict}`])
  whole[key] = { ...figures, promise, kept, values }
  if (!kept) missed.push(title)
  process.stderr.write(`${title}: ${shown} ${verdict}\n`)
}

/** The times from `start` until the agent has found it. */
async function foundAfter(rounds: number, finder: Agent, registry: Agent, first: 'finder' | 'registry'): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < rounds; n++) {
    const one = registryNamed(`Round ${n}`)
    const isIt = ({ fingerprint }: { fingerprint?: string }) => fingerprint === one.fingerprint
    if (first === 'finder') {
      await finder.find()
      await sleep(1_200) // past its first questions: what is measured is the announcement
    } else {
      await registry.advertise('r', one)
      await sleep(1_300) // past its announcements: what is measured is the question
    }
    const start = first === 'finder' ? await registry.advertise('r', one) : await finder.find()
    times.push((await finder.when('found', isIt)) - start)
    await Promise.all([finder.stop(), registry.stop('r')])
  }
  return times
}

try {
  const [alice, registry] = await Promise.all([Agent.start(lan, 'alice'), Agent.start(lan, 'registry')])
  // The first of all is not what people get who look twice, nor what this compares: code is compiled at first use.
  await foundAfter(2, alice, registry, 'registry')

  const quiet = { median: 50, p95: 150 }
  report('found, the client started later', 'foundClientLater', await foundAfter(ROUNDS, alice, registry, 'registry'), quiet)
  report('found, the registry started later', 'foundRegistryLater', await foundAfter(ROUNDS, alice, registry, 'finder'), quiet)
  await lan.host('alice').firewall(['numgen random mod 100 < 20 drop'])
  const lossy = { p95: 1_000 }
  report(
    'the same with 20% loss each way, the client later',
    'lossyClientLater',
    await foundAfter(ROUNDS, alice, registry, 'registry'),
    lossy,
  )
  report(
    'the same with 20% loss each way, the registry later',
    'lossyRegistryLater',
    await foundAfter(ROUNDS, alice, registry, 'finder'),
    lossy,
  )
  await lan.host('alice').firewall('off')

  // Avahi on the same LAN, its browser just started, beside a registry that is there and one that comes.
  const avahi = await startAvahi(lan.host('linux'))
  const browsed = { clientLater: [] as number[], registryLater: [] as number[] }
  for (let n = 0; n < Math.min(ROUNDS, 10); n++) {
    const one = registryNamed(`Avahi ${n}`)
    const resolved = (line: string) => line.startsWith('=') && line.includes(one.fingerprint)
    await registry.advertise('r', one)
    await sleep(1_300)
    let start = Date.now()
    const later = avahi.browse()
    await later.line(resolved, 20_000)
    browsed.clientLater.push(Date.now() - start)
    await registry.stop('r')
    await later.line((line) => line.startsWith('-'), 20_000)
    start = await registry.advertise('r', one)
    await later.line(resolved, 20_000)
    browsed.registryLater.push(Date.now() - start)
    await registry.stop('r')
    await later.kill()
  }
  await avahi.stop()
  report('avahi-browse resolved it, avahi-browse later', 'avahiClientLater', browsed.clientLater, {})
  report('avahi-browse resolved it, the registry later', 'avahiRegistryLater', browsed.registryLater, {})

  // Killed: four programs, each at another moment of the rounds of questions.
  await alice.find()
  const victims = await Promise.all([0, 1, 2, 3].map((n) => Agent.start(lan, `host${n}`)))
  const lost = await Promise.all(
    victims.map(async (victim, n) => {
      const one = registryNamed(`Victim ${n}`)
      const isIt = ({ fingerprint }: { fingerprint?: string }) => fingerprint === one.fingerprint
      await victim.advertise('r', one)
      await alice.when('found', isIt)
      await sleep(4_000 + n * 1_100)
      const killed = Date.now()
      await victim.process.kill('SIGKILL')
      return (await alice.when('lost', isIt)) - killed
    }),
  )
  report('a killed registry is noticed', 'killed', lost, { most: 12_000 })

  const goodbyes: number[] = []
  const followed: number[] = []
  const late: number[] = []
  for (let n = 0; n < 5; n++) {
    alice.forget()
    await registry.advertise('r', registryNamed('Moving'))
    await alice.when('found')
    await sleep(1_500)
    const address = `10.77.0.${200 + n}`
    await lan.host('registry').setAddress(address)
    const changed = Date.now()
    followed.push((await alice.when('changed', ({ host }) => host === address)) - changed)
    for (const host of ['registry', 'alice']) {
      await lan.host(host).removeNic('eth0')
      await alice.when('lost')
      alice.forget()
      await lan.host(host).addNic({ name: 'eth0', ...(host === 'registry' ? { address } : {}) })
      const there = Date.now()
      late.push((await alice.when('found')) - there)
      alice.forget()
    }
    const stopped = Date.now()
    await registry.stop('r')
    goodbyes.push((await alice.when('lost')) - stopped)
  }
  report('a goodbye is heard', 'goodbye', goodbyes, {})
  report('a new address is followed', 'followed', followed, { most: 5_000 })
  report('a late or re-created interface is used', 'lateNic', late, { most: 3_000 })
  await alice.stop()

  // A hundred registries on ten computers, and a client that starts among them.
  const crowd = await Promise.all(Array.from({ length: CLIENTS }, (_, n) => Agent.start(lan, `host${n}`)))
  await Promise.all(
    Array.from({ length: MANY }, (_, n) => crowd[n % CLIENTS]?.advertise(`r${n}`, registryNamed(`Registry number ${n}`, 7_000 + n))),
  )
  await sleep(4_500)
  const listed: number[] = []
  const stalls: number[] = []
  for (let n = -1; n < 5; n++) {
    await alice.stall()
    const start = await alice.find()
    await until('all of them', () => alice.events('found').length === MANY, 20_000).catch(() => undefined)
    const found = alice.events('found').map(({ at }) => at - start)
    await sleep(2_000)
    const stall = await alice.stall()
    // The first is for the programs to get warm, as above.
    if (n >= 0) listed.push(found.length < MANY ? Number.POSITIVE_INFINITY : Math.max(...found))
    if (n >= 0) stalls.push(stall)
    await alice.stop()
  }
  report(`${MANY} registries are all listed`, 'hundred', listed, { most: 1_000 })
  report(`the longest stall of the event loop meanwhile`, 'stall', stalls, { most: 20 })
  for (let n = 0; n < MANY; n++) await crowd[n % CLIENTS]?.stop(`r${n}`)

  // One registry, one client and ten: what they say to each other when nothing happens.
  await registry.advertise('r', registryNamed('Idle'))
  for (const clients of [1, CLIENTS]) {
    const finders = crowd.slice(0, clients)
    for (const one of finders) {
      await one.find()
      await one.when('found')
      await sleep(300)
    }
    await sleep(5_000)
    const counts = await Promise.all(['registry', ...finders.map((_, n) => `host${n}`)].map((host) => countPackets(lan, host)))
    const seconds = 40
    await sleep(seconds * 1_000)
    const packets = (await Promise.all(counts.map((count) => count()))).reduce((sum, one) => sum + one, 0)
    report(`packets on the LAN a second for each of ${clients}`, `idle${clients}`, [packets / seconds / clients], { most: 1 }, 'packets/s')
    for (const one of finders) await one.stop()
  }
  whole.missed = missed
} finally {
  await lan.close()
}
tell('discovery', rows, whole)
if (missed.length > 0) process.exitCode = 1
