/** How OptiChat's cost grows: with people, and with what it keeps. */

import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { RegistryProcess } from '../registry-process.ts'
import { withServer } from '../subjects.ts'
import { BYTES, type Measure, type Section, underLoad, type Values } from './section.ts'

export const CLIENTS = [10, 100, 1_000, 5_000] as const
export const MESSAGES = [10_000, 100_000, 1_000_000] as const

/** Messages on their way at a time, as many for few clients as for many: those that leave together cost one write, so that with more each costs less. */
const WINDOW = 13

const each = (sizes: readonly number[], measures: Record<string, (size: number) => Measure>): Record<string, Measure> =>
  Object.fromEntries(
    sizes.flatMap((size) => Object.entries(measures).map(([name, measure]) => [`${name}-${size}`, measure(size)] as const)),
  )

const whole = (size: number) => size.toLocaleString('en')

/** The same work for ever more receivers. */
export const growthClients: Section = {
  name: 'growth-clients',
  title: 'how cost grows with clients',
  peers: [],
  minutes: 1.3,
  once: true,
  measures: each(CLIENTS, {
    delivery: (size) => ({ title: `server CPU for a delivery, 1 → ${whole(size)}`, unit: 'µs', better: 'less' }),
    memory: (size) => ({ title: `server memory, ${whole(size)} idle clients`, unit: 'MiB', better: 'less' }),
  }),
  async run(stage) {
    const values: Values = {}
    for (const size of CLIENTS) {
      if (stage.quick && size > 100) continue
      await withServer('optichat', stage.shelf, { clients: size }, async (running) => {
        await running.connect('hears-all')
        values[`memory-${size}`] = running.usage().memory
        const load = (seconds: number) => running.crowd.call('fanOut', { seconds, window: WINDOW, bytes: BYTES })
        await load(1)
        const { counted, cpu } = await underLoad(stage, running, () => load(stage.quick ? 1 : 4))
        values[`delivery-${size}`] = (cpu * 1e6) / counted.came
      })
    }
    return values
  },
}

/** A start, and the same work, over ever more stored messages. */
export const growthMessages: Section = {
  name: 'growth-messages',
  title: 'how cost grows with stored messages',
  peers: [],
  minutes: 1,
  measures: each(MESSAGES, {
    ready: (size) => ({
      title: `start to ready, ${whole(size)} messages`,
      unit: 'ms',
      better: 'less',
      ...(size === 1_000_000 ? { goals: [{ atMost: 1_500 }] } : {}),
    }),
    readyCpu: (size) => ({ title: `CPU of that, ${whole(size)} messages`, unit: 'ms', better: 'less' }),
    memory: (size) => ({ title: `server memory when ready, ${whole(size)} messages`, unit: 'MiB', better: 'less' }),
    stored: (size) => ({ title: `server CPU for a stored message, ${whole(size)} before it`, unit: 'µs', better: 'less' }),
  }),
  async run(stage) {
    const values: Values = {}
    const clients = 64
    for (const size of MESSAGES) {
      if (stage.quick && size > 10_000) continue
      const { data } = await stage.shelf.prepared(clients + 1, size)
      const folder = stage.shelf.space()
      cpSync(data, join(folder, 'registry'), { recursive: true })
      const registry = new RegistryProcess(join(folder, 'registry'))
      await registry.ready
      const usage = registry.usage()
      values[`ready-${size}`] = registry.readyAfter
      if (usage) {
        values[`readyCpu-${size}`] = usage.cpu * 1000
        values[`memory-${size}`] = usage.memory
      }
      await registry.end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
      await withServer('optichat', stage.shelf, { clients, messages: size }, async (running) => {
        await running.connect('stores')
        const load = (seconds: number) => running.crowd.call('store', { seconds, window: 16, bytes: BYTES })
        await load(1)
        const { counted, cpu } = await underLoad(stage, running, () => load(stage.quick ? 1 : 3))
        values[`stored-${size}`] = (cpu * 1e6) / counted.came
      })
    }
    return values
  },
}
