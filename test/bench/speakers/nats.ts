/** NATS's own protocol (docs.nats.io, "Client Protocol"), and JetStream's file store for what is stored. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { clientName, PASSWORD } from '../peers/peer.ts'
import type { Opening, Voice } from './speaker.ts'
import { dialTls, step, Wire } from './wire.ts'

const OPTIONS = JSON.stringify({ verbose: false, pedantic: false, tls_required: true, user: clientName(0), pass: PASSWORD, headers: true })
const NEWLINE = 10
const CRLF = 2
/** Subscription ids: messages, and answers. */
const [HEARD, ANSWERS] = [1, 2]

export async function nats({ at, n, role, hears, from }: Opening): Promise<Voice> {
  const plain = connect({ host: at.host, port: at.port, ...(from === undefined ? {} : { localAddress: from }) })
  // `INFO {…}` comes before TLS.
  await once(plain, 'data')
  const wire = new Wire(await dialTls({ ...at, from: undefined, over: plain }), hears.trouble)
  const ready = step()
  let answered: ((text: string) => void) | null = null
  wire.listen((bytes) => {
    let start = 0
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, start)
      if (newline < 0) return start
      // `MSG subject id [reply] size`
      if (bytes[start] === 77) {
        const [, , id, ...rest] = bytes.toString('latin1', start, newline - 1).split(' ')
        const end = newline + 1 + Number(rest.at(-1))
        if (end + CRLF > bytes.length) return start
        if (Number(id) === HEARD) hears.message(bytes, end)
        else if (answered) answered(bytes.toString('latin1', newline + 1, end))
        else hears.acknowledged()
        start = end + CRLF
        continue
      }
      const line = bytes.toString('latin1', start, newline - 1)
      if (line === 'PONG') ready.now()
      else if (line === 'PING') wire.write('PONG\r\n')
      else if (line.startsWith('-ERR')) hears.trouble(line)
      start = newline + 1
    }
  })
  wire.write(`CONNECT ${OPTIONS}\r\n`)
  if (role === 'hears-all') wire.write(`SUB all ${HEARD}\r\n`)
  if (role === 'hears-own') wire.write(`SUB one.${n} ${HEARD}\r\n`)
  if (role === 'stores') wire.write(`SUB answer.${n} ${ANSWERS}\r\n`)
  wire.write('PING\r\n')
  await ready.done
  if (role === 'stores' && n === 0) {
    const created = step<string>()
    answered = created.now
    const stream = JSON.stringify({ name: 'AWAY', subjects: ['away.*'], storage: 'file', retention: 'limits', num_replicas: 1 })
    wire.write(`PUB $JS.API.STREAM.CREATE.AWAY answer.0 ${stream.length}\r\n${stream}\r\n`)
    const answer = await created.done
    answered = null
    if (answer.includes('"error"')) throw new Error(`JetStream: ${answer}`)
  }
  return {
    toAll: (text) => wire.write(`PUB all ${text.length}\r\n${text}\r\n`),
    toOne: (to, text) => wire.write(`PUB one.${to} ${text.length}\r\n${text}\r\n`),
    store: (text) => wire.write(`PUB away.${n} answer.${n} ${text.length}\r\n${text}\r\n`),
    close: () => wire.close(),
  }
}
