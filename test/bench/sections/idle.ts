import { setTimeout as pause } from 'node:timers/promises'
import { withServer } from '../subjects.ts'
import type { Section } from './section.ts'

const CLIENTS = 1_000

/** Clients that are signed in, hear what is for them, and say nothing. OptiChat's know of each other; its peers' don't. */
export const idle: Section = {
  name: 'idle',
  title: '1,000 idle signed-in clients',
  peers: ['mosquitto', 'nats', 'prosody'],
  minutes: 3.4,
  measures: {
    memory: {
      title: 'server memory for a client',
      unit: 'KiB',
      better: 'less',
      goals: [
        { than: 'prosody', atMost: 1 },
        { than: 'nats', atMost: 1.3 },
      ],
    },
    cpu: { title: 'server CPU to sign one in (its peers: without presence)', unit: 'ms', better: 'less' },
  },
  async run(stage, subject) {
    const clients = stage.quick ? CLIENTS / 10 : CLIENTS
    return withServer(subject, stage.shelf, { clients }, async ({ connect, usage }) => {
      // A server may give back what it no longer needs some time after it was needed. All wait alike.
      const settle = () => pause(stage.quick ? 1_000 : 20_000)
      await settle()
      const before = usage()
      await connect('hears-own')
      await settle()
      const after = usage()
      return { memory: ((after.memory - before.memory) * 1024) / clients, cpu: ((after.cpu - before.cpu) * 1000) / clients }
    })
  },
}
