/**
 * Runs on a host of the virtual LAN: finds and advertises as told by JSON lines on stdin, so that no program's start is measured.
 * `{do: "find"}`, `{do: "advertise", id, options}`, `{do: "stop", id}` (a finder's id is "finder"), `{do: "stall"}` tells the longest
 * stall of the event loop since the last time.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type AdvertiseOptions, advertise } from '../../discovery/advertise.ts'
import { createMdnsFinder } from '../../discovery/mdns-finder.ts'

interface Order {
  readonly do: 'find' | 'advertise' | 'stop' | 'stall'
  readonly id?: string
  readonly options?: AdvertiseOptions
}

const say = (event: string, more: object = {}) => process.stdout.write(`${JSON.stringify({ event, at: Date.now(), ...more })}\n`)
const things = new Map<string, { stop(): Promise<void> }>()

/** Milliseconds of processor time of the thread that runs the event loop, as the system accounts it: no others of this program, which compile and collect. */
const ownTime = () => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6

/**
 * The longest that our own work held the event loop, in milliseconds: between two beats, the processor's time that it used.
 * Plain time would also count what other programs did with a busy machine.
 */
let longest = 0
let used = ownTime()
setInterval(() => {
  const now = ownTime()
  longest = Math.max(longest, now - used)
  used = now
}, 1)

async function follow({ do: what, id = 'finder', options }: Order): Promise<void> {
  if (what === 'stall') {
    say('stall', { millis: longest })
    longest = 0
  } else if (what === 'stop') {
    await things.get(id)?.stop()
    things.delete(id)
    say('stopped', { id })
  } else if (what === 'advertise' && options) {
    say('starting', { id })
    things.set(id, await advertise({ ...options, trouble: (trouble) => say('trouble', trouble) }))
  } else if (what === 'find') {
    const finder = createMdnsFinder()
    things.set(id, finder)
    say('starting', { id })
    const tell = (event: string) => (registry: object) => say(event, registry)
    finder.start({ found: tell('found'), changed: tell('changed'), lost: tell('lost'), trouble: tell('trouble') })
  }
}

createInterface({ input: process.stdin })
  .on('line', (line) => void follow(JSON.parse(line) as Order))
  .on('close', () => process.exit())
say('ready')
