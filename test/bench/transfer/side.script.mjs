// One person of the transfer bench, as the app has it: the built client, in a process of its own. Takes one JSON line a command, says one a result.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { begin, end } from './beats.mjs'
import { answer, say } from './side-commands.mjs'

/** What was built, as people run it: it stands in none of the source's rooms. */
const { openClient } = await import(`${import.meta.dirname}/../../../dist/core/client/open.js`)
const lag = monitorEventLoopDelay({ resolution: 1 })
const now = () => performance.timeOrigin + performance.now()

/** The most resident MiB since the last call: Linux keeps that mark, and begins it anew. Elsewhere what there is now. */
function most() {
  if (!existsSync('/proc/self/clear_refs')) return process.memoryUsage.rss() / 2 ** 20
  const kib = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))[1])
  writeFileSync('/proc/self/clear_refs', '5')
  return kib / 1024
}
function usage() {
  const { user, system } = process.cpuUsage()
  return { cpu: (user + system) / 1e6, memory: most(), held: process.memoryUsage.rss() / 2 ** 20 }
}
let client
let into = ''
const known = new Set()
/** The transfer that is under way, and whether nothing of it has come yet. */
let current = ''
let isFirst = true

const commands = {
  /** Registers and stays; accepts whatever is offered. */
  async join({ profile, address, name, host }) {
    client = await openClient({ profile, peer: { host }, ...(host === '127.0.0.1' ? {} : { endpoints: (port) => [`${host}:${port}`] }) })
    client.on('transfer', ({ direction, id, parts: [part] }) => {
      if (direction !== 'receive' || !part) return
      if (part.state === 'offered' && into !== '' && !known.has(id)) {
        known.add(id)
        current = id
        isFirst = true
        say({ event: 'accepted', at: now() })
        void client.accept(id, into)
      }
      if (id !== current) return
      if (isFirst && part.bytes > 0) {
        isFirst = false
        say({ event: 'first', at: now() })
      }
      if (part.state === 'done' || part.state === 'failed') {
        current = ''
        say({ event: part.state, at: now(), code: part.code })
      }
    })
    await client.register(address, name, `password of ${name}`)
    await client.connect()
    return { name }
  },
  receiveInto({ folder }) {
    into = folder
    return {}
  },
  async offer({ to, path }) {
    const began = now()
    await client.offer([to], [path])
    return { began }
  },
  /** Begins to watch what this program uses; while nobody asks, it spends nothing on that. */
  begin() {
    lag.reset()
    lag.enable()
    begin()
    return usage()
  },
  end() {
    lag.disable()
    return { ...usage(), p99: lag.percentile(99) / 1e6, worst: lag.max / 1e6, stalls: end() }
  },
  who: () => ({
    id: client.me.id,
    online: client
      .roster()
      .filter(({ presence }) => presence === 'online')
      .map(({ name, id }) => [name, id]),
  }),
  async close() {
    await client.close()
    setTimeout(() => process.exit(0), 100)
    return {}
  },
}

await answer(commands)
