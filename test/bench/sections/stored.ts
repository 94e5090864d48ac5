import { withServer } from '../subjects.ts'
import { BYTES, type Section, underLoad } from './section.ts'

/** Messages that all together have on their way. */
const UNDER_WAY = 1_000

/** Messages for somebody who is away: acknowledged when they are stored, as each means it. */
const stored = (people: number): Section => ({
  name: `stored-${people}`,
  title: `stored messages, ${people} clients`,
  peers: ['mosquitto', 'nats', 'bare'],
  minutes: 0.6,
  measures: {
    perCpu: {
      title: 'acknowledged a second of server CPU',
      unit: '/s',
      better: 'more',
      goals: [
        { than: 'mosquitto', atLeast: 1.5 },
        { than: 'nats', atLeast: 0.9 },
      ],
    },
    perSecond: { title: 'acknowledged a second', unit: '/s', better: 'more' },
  },
  async run(stage, subject) {
    const clients = stage.quick ? Math.ceil(people / 8) : people
    return withServer(subject, stage.shelf, { clients }, async (running) => {
      await running.connect('stores')
      const load = (seconds: number) =>
        running.crowd.call('store', { seconds, window: Math.max(1, Math.floor(UNDER_WAY / clients)), bytes: BYTES })
      await load(1)
      const { counted, cpu } = await underLoad(stage, running, () => load(stage.quick ? 1 : 4))
      return { perCpu: counted.came / cpu, perSecond: counted.came / counted.seconds }
    })
  },
})

export const stored64 = stored(64)
export const stored500 = stored(500)
