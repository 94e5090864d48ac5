// Two people of the relay bench who only talk: the built client twice, in a process of its own. Takes one JSON line a command, says one a result.
import { setTimeout as pause } from 'node:timers/promises'
import { answer } from './transfer/side-commands.mjs'

const { openClient } = await import(`${import.meta.dirname}/../../dist/core/client/open.js`)
const people = []
const sentAt = new Map()
let arrivals = []

const commands = {
  async join({ profile, address, host }) {
    for (const name of ['carol', 'dave']) {
      const client = await openClient({ profile: `${profile}-${name}`, peer: { host }, endpoints: (port) => [`${host}:${port}`] })
      await client.register(address, name, `password of ${name}`)
      await client.connect()
      people.push(client)
    }
    const [, dave] = people
    dave.on('message', ({ body }) => {
      const sent = sentAt.get(body.text)
      if (sent !== undefined) arrivals.push(performance.now() - sent)
    })
    return {}
  },
  /** Carol sends one message after another to Dave. Milliseconds to each acknowledgement, and to each arrival. */
  async talk({ messages, gap }) {
    const [carol, dave] = people
    const acknowledged = []
    arrivals = []
    for (let n = 0; n < messages; n++) {
      const text = `${n} ${performance.now()}`
      const began = performance.now()
      sentAt.set(text, began)
      await carol.send([dave.me.id], text)
      acknowledged.push(performance.now() - began)
      await pause(gap)
    }
    for (let patience = 500; arrivals.length < messages && patience > 0; patience--) await pause(10)
    return { acknowledged, arrivals }
  },
  async close() {
    await Promise.all(people.map((client) => client.close()))
    setTimeout(() => process.exit(0), 100)
    return {}
  },
}

await answer(commands)
