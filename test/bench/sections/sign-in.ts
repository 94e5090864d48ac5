import { setTimeout as pause } from 'node:timers/promises'
import { withServer } from '../subjects.ts'
import type { Section } from './section.ts'

const CLIENTS = 1_000
/** With 1,000 it takes eight minutes, as each that comes is told to all who are there, one by one. */
const CLIENTS_OF_PROSODY = 250

/** Everybody comes, signs in, and is told of everybody else. NATS knows no presence. */
export const signIn: Section = {
  name: 'sign-in',
  title: '1,000 clients connect, sign in, are present',
  peers: ['mosquitto', 'prosody'],
  minutes: 0.8,
  measures: {
    cpu: {
      title: 'server CPU for a client',
      unit: 'ms',
      better: 'less',
      goals: [
        { than: 'mosquitto', atMost: 1.4 },
        { than: 'prosody', atMost: 0.6 },
      ],
    },
    frames: { title: 'frames that tell a client of presence, at most', unit: '', better: 'less', goals: [{ atMost: 50 }] },
    seconds: { title: 'until all are there', unit: 's', better: 'less' },
  },
  async run(stage, subject) {
    const all = subject === 'prosody' ? CLIENTS_OF_PROSODY : CLIENTS
    const clients = stage.quick ? all / 10 : all
    if (all < CLIENTS)
      stage.note(`with ${all} clients only, as ${CLIENTS} take it eight minutes; what it spends on each grows with their number`)
    return withServer(subject, stage.shelf, { clients }, async ({ connect, usage, crowd }) => {
      const before = usage().cpu
      const seconds = await connect('present')
      // What is gathered is told a second later; what is queued is sent.
      for (let last = -1, frames = 0; last < frames; ) {
        last = frames
        await pause(stage.quick ? 1_500 : 3_000)
        frames = (await crowd.call('presenceFrames', undefined)).reduce((sum, one) => sum + one, 0)
      }
      const cpu = usage().cpu - before
      const frames = Math.max(...(await crowd.call('presenceFrames', undefined)))
      for (const trouble of new Set(await crowd.call('troubles', undefined))) stage.note(trouble)
      return { cpu: (cpu * 1000) / clients, frames, seconds }
    })
  },
}
