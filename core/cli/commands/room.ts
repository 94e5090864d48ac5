import type { CommandGroup } from '../command.ts'

/** Each is loaded when it is asked for. */
export const room: CommandGroup = {
  name: 'room',
  summary: 'rooms: conversations with a name, whose members come and go',
  details: 'To write in one: optichat send --room NAME. What was said: optichat history --room NAME.',
  commands: {
    list: async () => (await import('./room/list.ts')).list,
    create: async () => (await import('./room/create.ts')).create,
    join: async () => (await import('./room/join.ts')).join,
    invite: async () => (await import('./room/invite.ts')).invite,
    leave: async () => (await import('./room/leave.ts')).leave,
    rename: async () => (await import('./room/rename.ts')).rename,
  },
}
