/** Lets broken and misplaced frames loose on a whole registry, and looks at what it does and what it keeps. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { memoryPair } from '../../../core/link/memory.ts'
import { formatRequest, parseRegistryFrame } from '../../../core/protocol/parse.ts'
import { until } from '../../support/wait.ts'
import { fingerprint, House, say, temporaryFolder } from '../support/house.ts'
import { Frames } from './frames.ts'

export interface FuzzReport {
  readonly frames: number
  readonly seconds: number
  readonly sessions: number
  /** How often each answer came: replies, events, error codes. */
  readonly answers: Readonly<Record<string, number>>
  /** Bytes of the heap, garbage collected: after a tenth of the frames, and after all. */
  readonly heap: { readonly early: number; readonly end: number }
  /** All that must not happen, in words. */
  readonly problems: readonly string[]
}

const DEVICES = ['Alice', 'Bob', 'Carol', 'stranger', 'nobody']
/** Frames of one session before the next. */
const PER_SESSION = 200

export async function fuzz(options: { frames: number; seed: number; say?(line: string): void }): Promise<FuzzReport> {
  const random = mulberry32(options.seed)
  const folder = temporaryFolder()
  const house = await House.open({ folder: folder.path })
  const problems: string[] = []
  const uncaught = (error: unknown) => problems.push(`uncaught: ${error instanceof Error ? error.stack : error}`)
  process.on('uncaughtException', uncaught)
  process.on('unhandledRejection', uncaught)
  const answers: Record<string, number> = {}
  let [sent, sessions, early] = [0, 0, 0]
  const start = performance.now()
  try {
    const people = [await house.user('Alice'), await house.user('Bob'), await house.user('Carol')]
    const owner = await house.online('Alice')
    const rooms = [await owner.ask('room-create', { name: 'Open', open: true, members: [] })].map(({ room }) => room)
    owner.link.close('lost')
    const frames = new Frames(random, { users: people.map(({ id }) => id), rooms, devices: DEVICES.map(fingerprint) })
    const count = (text: string) => {
      try {
        const frame = parseRegistryFrame(text)
        const what = frame.kind === 'error' ? frame.code : frame.kind === 'event' ? `event ${frame.event}` : 'reply'
        answers[what] = (answers[what] ?? 0) + 1
        if (what === 'internal') problems.push(`internal error: ${text.slice(0, 300)}`)
      } catch (error) {
        problems.push(`the registry sent ${text.slice(0, 300)}: ${error}`)
      }
    }
    while (sent < options.frames) {
      sessions++
      const device = frames.pick(DEVICES)
      const [client, registry] = memoryPair({ fingerprints: [fingerprint(device), fingerprint('registry')] })
      house.hub.accept(registry)
      let ended = false
      client.start({ frame: count, ended: () => (ended = true) })
      // Some come without a hello, some stay at it, some go on to what a signed-in device may.
      if (random() < 0.9) client.send(formatRequest('hello', 1, { version: 1, device: 'fuzz' }))
      if (random() < 0.5) client.send(formatRequest('sync', 2, { after: 0 }))
      for (let n = 0; n < PER_SESSION && !ended && sent < options.frames; n++) {
        client.send(frames.next())
        sent++
        if (n % 5 === 4) await new Promise((resolve) => setImmediate(resolve))
      }
      client.close('lost')
      if (sessions % 20 === 0) await revive(house)
      if (early === 0 && sent >= options.frames / 10) early = await heapNow(house)
      if (sessions % 500 === 0) options.say?.(`${sent} frames in ${sessions} sessions`)
    }
    await until('the end of all sessions', () => house.context.sessions.count === 0)
    const end = await heapNow(house)
    await revive(house)
    const [one, two] = [await house.online('Alice', house.context.messages.head), await house.online('Bob', house.context.messages.head)]
    await say(one, 'everyone', 'still here')
    await until('it', () => two.texts().at(-1) === 'still here')
    problems.push(...house.lines.filter((line) => / failed: |could not be stored/.test(line)).slice(0, 20))
    if (problems.length > 0) problems.unshift(`seed ${options.seed}`)
    return { frames: sent, seconds: (performance.now() - start) / 1_000, sessions, answers, heap: { early, end }, problems }
  } finally {
    process.off('uncaughtException', uncaught)
    process.off('unhandledRejection', uncaught)
    await house.close()
    folder.remove()
  }
}

/** Among the frames were sign-outs: the devices are enrolled again. */
async function revive(house: House): Promise<void> {
  for (const name of ['Alice', 'Bob', 'Carol']) {
    const account = house.context.accounts.named(name.toLowerCase())
    if (account && house.context.accounts.ofDevice(fingerprint(name)) !== account) await house.enrol(name, account)
  }
  // The lines are of no interest but for what is looked for in the end.
  const kept = house.lines.filter((line) => / failed: |could not be stored/.test(line))
  house.lines.splice(0, house.lines.length, ...kept)
}

async function heapNow(house: House): Promise<number> {
  await until('the end of all sessions', () => house.context.sessions.count === 0)
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < 3; round++) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}

/** Numbers in [0, 1), the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
