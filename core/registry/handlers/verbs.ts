/** The table of verbs: the registry's table of contents. */
import type { Verb } from '../../protocol/messages.ts'
import { accountDelete } from './account-delete.ts'
import { clock } from './clock.ts'
import { deviceRevoke } from './device-revoke.ts'
import { devices } from './devices.ts'
import { dialBack } from './dial-back.ts'
import { endpoints } from './endpoints.ts'
import type { Handler } from './handler.ts'
import { heard } from './heard.ts'
import { hello } from './hello.ts'
import { loginFinish } from './login-finish.ts'
import { loginStart } from './login-start.ts'
import { logout } from './logout.ts'
import { passwordFinish } from './password-finish.ts'
import { passwordStart } from './password-start.ts'
import { presence } from './presence.ts'
import { probed } from './probed.ts'
import { reach } from './reach.ts'
import { receipt } from './receipt.ts'
import { registerFinish } from './register-finish.ts'
import { registerStart } from './register-start.ts'
import { registries } from './registries.ts'
import { relay } from './relay.ts'
import { roomCreate } from './room-create.ts'
import { roomInvite } from './room-invite.ts'
import { roomJoin } from './room-join.ts'
import { roomLeave } from './room-leave.ts'
import { roomRename } from './room-rename.ts'
import { send } from './send.ts'
import { serve } from './serve.ts'
import { sync } from './sync.ts'
import { ticket } from './ticket.ts'
import { typing } from './typing.ts'
import { unserve } from './unserve.ts'

export const HANDLERS: { readonly [V in Verb]: Handler<V> } = {
  hello,
  'register-start': registerStart,
  'register-finish': registerFinish,
  'login-start': loginStart,
  'login-finish': loginFinish,
  logout,
  devices,
  'device-revoke': deviceRevoke,
  'password-start': passwordStart,
  'password-finish': passwordFinish,
  'account-delete': accountDelete,
  sync,
  send,
  receipt,
  presence,
  typing,
  'room-create': roomCreate,
  'room-join': roomJoin,
  'room-invite': roomInvite,
  'room-leave': roomLeave,
  'room-rename': roomRename,
  endpoints,
  serve,
  unserve,
  ticket,
  'dial-back': dialBack,
  relay,
  registries,
  clock,
  heard,
  reach,
  probed,
}
