import type { FoundRegistry } from '../../../discovery/finder.ts'
import { createMdnsFinder } from '../../../discovery/mdns-finder.ts'
import { systemClock } from '../../protocol/clock.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { defineCommand } from '../command.ts'
import { seconds } from '../parse.ts'
import { oneLine } from '../text.ts'

/** Seconds to listen unless told otherwise: several bursts of queries, so that a lossy network is no obstacle. */
const LISTEN = '3'

export const discover = defineCommand({
  name: 'discover',
  summary: 'the registries on this network',
  usage: '[--timeout S]',
  details: 'Listens on all accepted interfaces until the time is over or Ctrl-C. Exit code 1 when none was found.',
  options: { timeout: { type: 'string', value: 'S', text: 'seconds to listen', default: LISTEN } },
  example: 'optichat discover --timeout 10',
  takes: [0, 0],
  json: '{"event":"found"|"changed"|"lost","name","host","port","fingerprint"}; the fingerprint is a hint until a connection proves it',
  async run({ options, output, lifetime }) {
    const millis = seconds(options.timeout ?? LISTEN, '--timeout')
    let found = 0
    const tell = (event: 'found' | 'changed' | 'lost') => {
      return ({ name, host, port, fingerprint }: FoundRegistry) => {
        if (event === 'found') found++
        output.tell({ event, name, host, port, fingerprint: fingerprint ?? null }, `${event.padEnd(8)} ${oneLine(name)}  ${host}:${port}`)
      }
    }
    const finder = createMdnsFinder({})
    finder.start({
      found: tell('found'),
      changed: tell('changed'),
      lost: tell('lost'),
      trouble: ({ interface: name, message }) => output.warn(`optichat: ${oneLine(name)}: ${oneLine(message)}`),
    })
    try {
      await lifetime.race(new Promise<void>((resolve) => systemClock.after(millis, resolve)))
    } finally {
      await finder.stop()
    }
    if (found === 0) throw new OptiChatError('no-registry')
    return 0
  },
  stays: () => true,
})
