import { join } from 'node:path'
import { syncs } from '../disk.ts'
import { quantile } from '../results.ts'
import { withServer } from '../subjects.ts'
import { BYTES, type Section, type Values } from './section.ts'

/** Milliseconds between two messages: nothing is going on. */
const GAP = 20

/** One message at a time on a server with two clients, beside what the disk alone takes for a sync. */
export const quiet: Section = {
  name: 'quiet',
  title: 'one message, two clients, nothing else',
  peers: ['mosquitto', 'nats'],
  minutes: 1,
  measures: {
    p50: { title: 'p50 to the acknowledgement', unit: 'ms', better: 'less' },
    p99: { title: 'p99 to the acknowledgement', unit: 'ms', better: 'less' },
    disk50: { title: 'p50 of the disk’s own sync', unit: 'ms', better: 'less' },
    disk99: { title: 'p99 of the disk’s own sync', unit: 'ms', better: 'less' },
    beyond50: { title: 'p50 beyond the disk’s own', unit: 'ms', better: 'less', goals: [{ atMost: 3 }] },
    beyond99: { title: 'p99 beyond the disk’s own', unit: 'ms', better: 'less', goals: [{ atMost: 8 }] },
  },
  async run(stage, subject) {
    return withServer(subject, stage.shelf, { clients: 2 }, async ({ connect, crowd }) => {
      await connect('stores')
      const ask = (messages: number) => crowd.call('oneByOne', { messages, bytes: BYTES, gap: GAP })
      await ask(20)
      const [latencies, disk]: [number[], number[]] = [[], []]
      // By turns, as a disk has its moods.
      for (let turn = 0; turn < (stage.quick ? 2 : 10); turn++) {
        latencies.push(...(await ask(40)))
        disk.push(...(await syncs(join(stage.shelf.space(), 'sync'), { times: 40, gap: GAP })))
      }
      const [p50, p99, disk50, disk99] = [quantile(latencies, 0.5), quantile(latencies, 0.99), quantile(disk, 0.5), quantile(disk, 0.99)]
      // The disk is the same for all; only OptiChat waits for it.
      const values: Values = { p50, p99 }
      return subject === 'optichat' ? { ...values, disk50, disk99, beyond50: p50 - disk50, beyond99: p99 - disk99 } : values
    })
  },
}
