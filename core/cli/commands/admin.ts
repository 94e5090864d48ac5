import type { CommandGroup } from '../command.ts'

/** Each is loaded when it is asked for. */
export const admin: CommandGroup = {
  name: 'admin',
  summary: 'looks after a registry, on its machine',
  details: 'Works on the registry’s data folder (--data DIR), as the user it belongs to, whether the registry runs or not.',
  commands: {
    backup: async () => (await import('./admin/backup.ts')).backup,
    restore: async () => (await import('./admin/restore.ts')).restore,
  },
}
