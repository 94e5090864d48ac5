// One person of the transfer bench, as the app has it: the built client, in a process of its own. Takes one JSON line a command, says one a result.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'

/** What was built, as people run it: it stands in none of the source's rooms. */
const { openClient } = await import(`${import.meta.dirname}/../../../dist/core/client/open.js`)
const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const lag = monitorEventLoopDelay({ resolution: 1 })
const now = () => performance.timeOrigin + performance.now()
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
    lag.enable()
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
  usage() {
    const { user, system } = process.cpuUsage()
    const told = {
      cpu: (user + system) / 1e6,
      memory: process.memoryUsage.rss() / 2 ** 20,
      p99: lag.percentile(99) / 1e6,
      worst: lag.max / 1e6,
    }
    lag.reset()
    return told
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

for await (const line of createInterface({ input: process.stdin })) {
  const { call, n, ...of } = JSON.parse(line)
  Promise.resolve(commands[call](of)).then(
    (result) => say({ n, result }),
    (error) => say({ n, error: error.message }),
  )
}
