import type { FoundRegistry } from '../../../discovery/finder.ts'
import { acceptedInterfaces } from '../../../discovery/interfaces.ts'
import { formatPlace } from '../../../discovery/invite.ts'
import { openNetworkFile } from '../../../discovery/network-file.ts'
import { probe } from '../../../discovery/probe.ts'
import { systemClock } from '../../protocol/clock.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { defineCommand } from '../command.ts'
import { ask, createFinder } from '../finder.ts'
import { seconds } from '../parse.ts'
import { oneLine } from '../text.ts'

/** Seconds to listen unless told otherwise: several bursts of queries, so that a lossy network is no obstacle. */
const LISTEN = '3'

const HOW = { typed: '  (typed in)', told: '  (another registry told of it)', probe: '  (knocked at)' } as const

export const discover = defineCommand({
  name: 'discover',
  summary: 'the registries on this network',
  usage: '[--timeout S] [--probe]',
  details:
    'Listens on all accepted interfaces, and asks the hosts of "optichat hosts", until the time is over or Ctrl-C. Exit code 1 when none was found.',
  options: {
    timeout: { type: 'string', value: 'S', text: 'seconds to listen', default: LISTEN },
    probe: {
      type: 'boolean',
      text: 'also knocks at port 6784 of each computer of one’s own subnet, 50 a second, once; for networks that keep multicast back',
    },
  },
  example: 'optichat discover --timeout 10',
  takes: [0, 0],
  json: '{"event":"found"|"changed"|"lost","name","host","port","fingerprint","by"}; the fingerprint is a hint until a connection proves it; by: "mdns", "typed", "told" or "probe"',
  async run({ options, output, profile, lifetime }) {
    const millis = seconds(options.timeout ?? LISTEN, '--timeout')
    const found = new Set<string>()
    const tell = (event: 'found' | 'changed' | 'lost') => {
      return ({ key, name, host, port, fingerprint, by }: FoundRegistry) => {
        if (event === 'found') found.add(key)
        const where = `${oneLine(name)}  ${formatPlace({ host, port })}${by ? HOW[by] : ''}`
        output.tell({ event, name, host, port, fingerprint: fingerprint ?? null, by: by ?? 'mdns' }, `${event.padEnd(8)} ${where}`)
      }
    }
    const finder = createFinder(openNetworkFile(profile))
    finder.start({
      found: tell('found'),
      changed: tell('changed'),
      lost: tell('lost'),
      trouble: ({ interface: name, message }) => output.warn(`optichat: ${oneLine(name)}: ${oneLine(message)}`),
    })
    const ending = new AbortController()
    const knocking = options.probe
      ? probe({
          nics: acceptedInterfaces(),
          ask,
          signal: ending.signal,
          found: (registry) => found.has(registry.key) || tell('found')(registry),
        })
      : Promise.resolve()
    try {
      await lifetime.race(Promise.all([knocking, finder.settled?.(), new Promise<void>((resolve) => systemClock.after(millis, resolve))]))
    } finally {
      ending.abort()
      await finder.stop()
    }
    if (found.size === 0) throw new OptiChatError('no-registry')
    return 0
  },
  stays: () => true,
})
