/** What the bridge's commands about the registry on this computer do. */

import { OptiChatError } from '../../core/protocol/errors.ts'
import { because } from '../../core/protocol/reasons.ts'
import { askRegistry } from '../../core/registry/control-client.ts'
import { parseAddress } from '../../discovery/address.ts'
import { formatInvite } from '../../discovery/invite.ts'
import type { HostedCommand } from '../bridge.ts'
import type { CommandParts, Commands } from './commands.ts'

export function createHostedCommands({ hosted, settings, log, ...parts }: CommandParts): Pick<Commands, HostedCommand> {
  return {
    async startRegistry(name) {
      // Under another name it starts anew; those who are on come back by themselves.
      if (hosted.view.state === 'running' && hosted.view.name !== name) await hosted.stop()
      const view = await hosted.start(name)
      settings.change({ registry: { name } })
      parts.settingsChanged()
      return view
    },
    async stopRegistry() {
      settings.change({ registry: null })
      parts.settingsChanged()
      await hosted.stop()
    },
    async hostedPeople() {
      const { users } = await askRegistry({ data: hosted.data, log }, 'users', {})
      return users
        .filter(({ gone }) => !gone)
        .map(({ name, presence, lastSeen }) => ({ name, online: presence !== 'offline', ...(lastSeen === undefined ? {} : { lastSeen }) }))
    },
    async hostedInvite() {
      const { invite } = hosted.view
      if (!invite) throw new OptiChatError('out-of-state', because('registry-stopped', {}))
      const { code } = await askRegistry({ data: hosted.data, log }, 'invite', {})
      return formatInvite({ ...parseAddress(invite), code })
    },
  }
}
