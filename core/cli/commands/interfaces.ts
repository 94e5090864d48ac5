import { surveyInterfaces } from '../../../discovery/interfaces.ts'
import { openNetworkFile } from '../../../discovery/network-file.ts'
import { reasonOf } from '../../../discovery/ranking-words.ts'
import { OptiChatError } from '../../protocol/errors.ts'
import { defineCommand } from '../command.ts'
import { oneLine } from '../text.ts'

/** Milliseconds that the system may take to tell which network this is, before a choice is kept for what it did tell. */
const PATIENCE = 30_000

export const interfaces = defineCommand({
  name: 'interfaces',
  summary: 'the network interfaces, best first, and why',
  usage: '[--use NAME|best]',
  details: 'All that are marked are searched; of several ways to one registry the best one’s is taken, and invites name its address.',
  options: {
    use: {
      type: 'string',
      value: 'NAME|best',
      text: 'prefers this interface from now on, whenever this computer is on this network; best: the best one again',
    },
  },
  example: 'optichat interfaces --use wlan0',
  takes: [0, 0],
  json: '{"name","address","netmask","kind","accepted","chosen","reasons":[…],"speed","reason"}; reasons: codes, of which "reason" is the sentence; speed: Mbit/s or null; accepted: used to find and to advertise registries; chosen: by --use, on this network',
  async run({ options, output, profile, lifetime }) {
    const file = openNetworkFile(profile)
    let { interfaces: ranked } = await lifetime.race(surveyInterfaces({ choice: (known) => file.chosen(known) }))
    if (options.use !== undefined) {
      const use = options.use
      const wanted = use === 'best' ? null : ranked.find(({ name, address }) => name.toLowerCase() === use.toLowerCase() || address === use)
      if (wanted === undefined) throw new OptiChatError('interface-unknown', oneLine(use))
      const name = wanted?.name ?? null
      // For the network that this very look finds: the one before may have been told less, and this one waits until all is told.
      const choice = (network: string) => {
        file.choose(network, name)
        return name
      }
      ;({ interfaces: ranked } = await lifetime.race(surveyInterfaces({ choice, timeout: PATIENCE })))
    }
    const width = Math.max(0, ...ranked.map(({ name }) => oneLine(name).length))
    const addresses = Math.max(15, ...ranked.map(({ address }) => address?.length ?? 0))
    for (const one of ranked) {
      const { name, address, netmask, kind, accepted, chosen, reasons, speed } = one
      const reason = reasonOf(one)
      const line = `${accepted ? '*' : ' '} ${oneLine(name).padEnd(width)}  ${(address ?? '-').padEnd(addresses)}  ${reason}`
      output.tell({ name, address, netmask, kind, accepted, chosen, reasons, speed, reason }, line)
    }
    output.say('* is used to find and to advertise registries')
    return 0
  },
})
