/** Runs inside a virtual LAN: a finder whose events come out as JSON lines. Arguments: its options as JSON. SIGTERM stops it. */
import { createMdnsFinder, type MdnsFinderOptions } from '../../discovery/mdns-finder.ts'

const say = (event: string) => (value: object) => process.stdout.write(`${JSON.stringify({ event, at: Date.now(), ...value })}\n`)
const finder = createMdnsFinder(JSON.parse(process.argv[2] ?? '{}') as MdnsFinderOptions)
finder.start({ found: say('found'), changed: say('changed'), lost: say('lost'), also: say('also'), trouble: say('trouble') })
process.once('SIGTERM', () => void finder.stop().then(() => say('stopped')({})))
say('ready')({})
