import { join } from 'node:path'
import { syncs } from '../disk.ts'
import { quantile } from '../results.ts'
import { withServer } from '../subjects.ts'
import { BYTES, type Section, underLoad } from './section.ts'

const RECEIVERS = 200
const DELIVERIES_A_SECOND = 20_000
const MESSAGES_A_SECOND = DELIVERIES_A_SECOND / RECEIVERS

/** One speaks to all at a steady pace: what it costs when nobody is hurried, and how long a message takes. */
export const paced: Section = {
  name: 'paced',
  title: 'fan-out 1 → 200 at 20,000 deliveries a second',
  peers: ['mosquitto', 'nats', 'prosody', 'bare'],
  minutes: 0.7,
  measures: {
    cpu: { title: 'server CPU', unit: '%', better: 'less', goals: [{ than: 'mosquitto', atMost: 1.4 }] },
    p50: { title: 'p50 to arrive', unit: 'ms', better: 'less' },
    p99: { title: 'p99 to arrive', unit: 'ms', better: 'less', goals: [{ than: 'mosquitto', atMost: 1.2 }] },
  },
  async run(stage, subject) {
    const clients = stage.quick ? RECEIVERS / 10 : RECEIVERS
    return withServer(subject, stage.shelf, { clients }, async (running) => {
      await running.connect('hears-all')
      const load = (seconds: number) => running.crowd.call('paced', { perSecond: MESSAGES_A_SECOND, seconds, bytes: BYTES })
      await load(1)
      const { counted, cpu } = await underLoad(stage, running, () => load(stage.quick ? 1 : 6))
      const { latencies, seconds } = counted
      if (subject === 'optichat') {
        const disk = await syncs(join(stage.shelf.space(), 'sync'), { times: stage.quick ? 20 : 300, gap: 1_000 / MESSAGES_A_SECOND })
        stage.note('of what a message takes, the disk’s own sync, which nobody else waits for, had # at p50 and # at p99 right after', [
          `${quantile(disk, 0.5).toFixed(1)} ms`,
          `${quantile(disk, 0.99).toFixed(1)} ms`,
        ])
      }
      return { cpu: (cpu / seconds) * 100, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) }
    })
  },
}
