import type { Admin } from './admin.ts'
import type { ControlAnswer, ControlLine, ControlRequest, ControlVerb } from './control-protocol.ts'

type Verbs = { [V in ControlVerb]: (admin: Admin, request: ControlRequest<V>) => ControlAnswer<V> | Promise<ControlAnswer<V>> }

const VERBS: Verbs = {
  users: (admin) => ({ users: admin.users() }),
  devices(admin, { user }) {
    const names = user === undefined ? admin.users().flatMap(({ name, gone }) => (gone ? [] : [name])) : [user]
    return { devices: names.flatMap((name) => admin.devices(name).map((device) => ({ user: name, ...device }))) }
  },
  async revoke(admin, { fingerprint }) {
    await admin.revoke(fingerprint)
    return {}
  },
  invite: (admin) => admin.createInvite(),
  'reset-password': (admin, { user }) => admin.resetPassword(user),
  async policy(admin, { registration }) {
    if (registration !== undefined) await admin.setRegistration(registration)
    return { registration: admin.registration }
  },
  async delete(admin, { user }) {
    await admin.deleteUser(user)
    return {}
  },
}

/** Does what was asked for. @throws OptiChatError */
export async function carryOut<V extends ControlVerb>(admin: Admin, verb: V, request: ControlRequest<V>): Promise<ControlAnswer<V>> {
  return VERBS[verb](admin, request)
}

export const carryOutLine = (admin: Admin, { verb, request }: ControlLine) => carryOut(admin, verb, request)
