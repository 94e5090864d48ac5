/** Runs inside a virtual LAN: advertises a registry until SIGTERM. Arguments: the options as JSON. */
import { type AdvertiseOptions, advertise } from '../../discovery/advertise.ts'

const say = (event: string) => (value: object) => process.stdout.write(`${JSON.stringify({ event, at: Date.now(), ...value })}\n`)
const options = JSON.parse(process.argv[2] ?? '{}') as AdvertiseOptions
const advertised = await advertise({ ...options, trouble: say('trouble') })
process.once('SIGTERM', () => void advertised.stop().then(() => say('stopped')({})))
say('ready')({})
