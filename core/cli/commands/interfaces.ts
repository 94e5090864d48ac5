import { rankInterfaces } from '../../../discovery/interfaces.ts'
import { defineCommand } from '../command.ts'
import { oneLine } from '../text.ts'

export const interfaces = defineCommand({
  name: 'interfaces',
  summary: 'the network interfaces, best first, and why',
  usage: '',
  options: {},
  example: 'optichat interfaces',
  takes: [0, 0],
  json: '{"name","address","netmask","kind","accepted","reason"}; accepted: used to find and to advertise registries',
  async run({ output, lifetime }) {
    const ranked = await lifetime.race(rankInterfaces())
    const width = Math.max(0, ...ranked.map(({ name }) => oneLine(name).length))
    for (const { name, address, netmask, kind, accepted, reason } of ranked) {
      const line = `${accepted ? '*' : ' '} ${oneLine(name).padEnd(width)}  ${(address ?? '-').padEnd(15)}  ${reason}`
      output.tell({ name, address, netmask, kind, accepted, reason }, line)
    }
    output.say('* is used to find and to advertise registries')
    return 0
  },
})
