import { formatPlace } from '../../../discovery/invite.ts'
import { openNetworkFile } from '../../../discovery/network-file.ts'
import { defineCommand, UsageError } from '../command.ts'
import { oneLine } from '../text.ts'

export const hosts = defineCommand({
  name: 'hosts',
  summary: 'addresses of registries that are asked where the network announces none',
  usage: '[add HOST[:PORT]… | remove HOST[:PORT]…]',
  details: 'For networks that keep multicast back: another subnet, a guest Wi-Fi. "discover", and --registry NAME, ask each of them, too.',
  options: {},
  example: 'optichat hosts add 10.4.0.9 registry.example.org:7000',
  takes: [0, 32],
  json: '{"host","by"} for each; by is "typed", or "told" for those of which another registry told, which also have "name", "port" and "fingerprint"',
  async run({ args: [what, ...texts], output, profile }) {
    const file = openNetworkFile(profile)
    if (what !== undefined && what !== 'add' && what !== 'remove') throw new UsageError('add or remove?')
    if (what !== undefined && texts.length === 0) throw new UsageError(`${what} which host?`)
    for (const text of texts) {
      if (what === 'add') file.addHost(text)
      else if (!file.removeHost(text)) output.warn(`optichat: ${oneLine(text)} was not in the list`)
    }
    for (const host of file.hosts) output.tell({ host, by: 'typed' }, oneLine(host))
    for (const { host, port, name, fingerprint } of file.heardOf) {
      output.tell({ host, port, name, fingerprint, by: 'told' }, `${formatPlace({ host, port })}  ${oneLine(name)}, told of by a registry`)
    }
    return 0
  },
})
