/** What those subcommands take that hand over or receive files: how fast, and at which port others reach this computer. */
import type { ClientOptions } from '../client/open.ts'
import { wholeNumber } from './parse.ts'
import { rateOf } from './sizes.ts'

export const PEER_OPTIONS = {
  limit: { type: 'string', value: 'RATE', text: 'at most so fast, each way, such as 10MB/s', default: 'what "optichat settings" says' },
  'peer-port': {
    type: 'string',
    value: 'PORT',
    text: 'the TCP port at which others reach this computer, where a firewall has to know it',
    default: 'what "optichat settings" says, else any free one',
  },
} as const

/** @throws UsageError */
export function peerOptions(options: { limit?: string; 'peer-port'?: string }): Pick<ClientOptions, 'peer' | 'cap'> {
  const rate = options.limit === undefined ? undefined : rateOf(options.limit, '--limit')
  return {
    ...(options['peer-port'] === undefined ? {} : { peer: { port: wholeNumber(options['peer-port'], '--peer-port', 1, 65_535) } }),
    ...(rate === undefined ? {} : { cap: { up: rate, down: rate } }),
  }
}
