import type { SubjectName } from '../subjects.ts'
import { withServer } from '../subjects.ts'
import { BYTES, type Section, type Stage, underLoad } from './section.ts'

/** Messages on their way at a time. */
const WINDOW = 64

/** One speaks to all, as fast as they take it. */
const fanOut = (receivers: number): Section => ({
  name: `fan-out-${receivers}`,
  title: `fan-out 1 → ${receivers.toLocaleString('en')}, saturated`,
  peers: ['mosquitto', 'nats', 'prosody'],
  minutes: receivers > 500 ? 1.7 : 1,
  measures: {
    perCpu: {
      title: 'deliveries a second of server CPU',
      unit: '/s',
      better: 'more',
      goals: [
        { than: 'mosquitto', atLeast: 5 },
        { than: 'nats', atLeast: 0.8 },
        { than: 'prosody', atLeast: 20 },
      ],
    },
    perSecond: { title: 'deliveries a second', unit: '/s', better: 'more' },
  },
  async run(stage: Stage, subject: SubjectName) {
    const clients = stage.quick ? receivers / 10 : receivers
    return withServer(subject, stage.shelf, { clients }, async (running) => {
      await running.connect('hears-all')
      const load = (seconds: number) => running.crowd.call('fanOut', { seconds, window: WINDOW, bytes: BYTES })
      await load(1)
      const { counted, cpu } = await underLoad(stage, running, () => load(stage.quick ? 1 : 4))
      return { perCpu: counted.came / cpu, perSecond: counted.came / counted.seconds }
    })
  },
})

export const fanOut200 = fanOut(200)
export const fanOut1000 = fanOut(1_000)
