/** A receiver in a process of its own, to be killed: takes one JSON line `{identity, ticket, into, expect}`, prints each event as one. */
import { createInterface } from 'node:readline'
import { startEngine } from '../../core/transfer/start.ts'

for await (const line of createInterface({ input: process.stdin })) {
  const { identity, ticket, into, expect } = JSON.parse(line)
  const engine = await startEngine({ identity, listen: { host: '127.0.0.1' } })
  for (const event of ['progress', 'received', 'failed'] as const) {
    engine.on(event, (what) => process.stdout.write(`${JSON.stringify({ event, what })}\n`))
  }
  engine.fetch({ ticket, into, expect })
}
