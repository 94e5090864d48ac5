import type { CommandGroup } from '../command.ts'

/** Each is loaded when it is asked for. */
export const admin: CommandGroup = {
  name: 'admin',
  summary: 'looks after a registry, on its machine',
  details: 'Works on the registry’s data folder (--data DIR), as the user it belongs to, whether the registry runs or not.',
  commands: {
    users: async () => (await import('./admin/users.ts')).users,
    devices: async () => (await import('./admin/devices.ts')).devices,
    revoke: async () => (await import('./admin/revoke.ts')).revoke,
    'reset-password': async () => (await import('./admin/reset-password.ts')).resetPassword,
    delete: async () => (await import('./admin/delete.ts')).deleteUser,
    invite: async () => (await import('./admin/invite.ts')).invite,
    policy: async () => (await import('./admin/policy.ts')).policy,
    backup: async () => (await import('./admin/backup.ts')).backup,
    restore: async () => (await import('./admin/restore.ts')).restore,
  },
}
