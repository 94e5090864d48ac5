import { withServer } from '../subjects.ts'
import { BYTES, type Section, underLoad } from './section.ts'

const CLIENTS = 500

/** Two and two talk, each answering at once. */
export const pairs: Section = {
  name: 'pairs',
  title: '500 clients in pairs',
  peers: ['mosquitto', 'nats', 'prosody', 'bare'],
  minutes: 1,
  measures: {
    perCpu: {
      title: 'messages a second of server CPU',
      unit: '/s',
      better: 'more',
      goals: [
        { than: 'mosquitto', atLeast: 1 },
        { than: 'nats', atLeast: 0.8 },
        { than: 'prosody', atLeast: 4 },
      ],
    },
    perSecond: { title: 'messages a second', unit: '/s', better: 'more' },
  },
  async run(stage, subject) {
    const clients = stage.quick ? CLIENTS / 10 : CLIENTS
    return withServer(subject, stage.shelf, { clients }, async (running) => {
      await running.connect('hears-own')
      const load = (seconds: number) => running.crowd.call('pairs', { seconds, bytes: BYTES })
      await load(1)
      const { counted, cpu } = await underLoad(stage, running, () => load(stage.quick ? 1 : 4))
      return { perCpu: counted.came / cpu, perSecond: counted.came / counted.seconds }
    })
  },
}
