/**
 * Runs inside a virtual LAN: a host with discovery on, whose events come out as JSON lines `{event, value}`; each line in is a
 * command `[name, …arguments]`, answered by `{answer}` or `{error}`. Argument: the profile. SIGTERM ends it.
 */
import { createInterface } from 'node:readline'
import { toBridgeError } from '../../../desktop/host/errors.ts'
import { openHost } from '../../../desktop/host/host.ts'

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const host = await openHost({
  profile: process.argv[2] ?? '',
  shell: { kind: 'browser', open: async () => undefined, show: async () => undefined },
  log: (line) => process.stderr.write(`${line}\n`),
})
host.subscribe((event, value) => say({ event, value }))
createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...args] = JSON.parse(line)
  host.call(command, args).then(
    (answer) => say({ answer: answer ?? null }),
    (error: unknown) => say({ error: toBridgeError(error) }),
  )
})
process.once('SIGTERM', () => void host.close().then(() => process.exit(0)))
say({ event: 'ready' })
