/**
 * A relay that does nothing but what Node has to: TLS, and bytes from one socket to another, what leaves in a turn as one write. It knows no
 * accounts and keeps nothing but what it is asked to store: that it reads as OptiChat's JSON, checks, and puts into OptiChat's log, one fsync for
 * all that came at once, before it is acknowledged. So that what Node costs can be told from what OptiChat does. `FOLDER PORT`.
 */
import { constants } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { formatReply, parseRequest } from '../../../core/protocol/parse.ts'
import { StampClock } from '../../../core/protocol/stamp.ts'
import { canonicalJson } from '../../../core/registry/canonical-json.ts'
import { newId } from '../../../core/registry/ids.ts'
import { type Asked, SqliteOperations } from '../../../core/registry/store/sqlite-operations.ts'
import type { Appended } from '../../../core/registry/store/store.ts'
import { openDatabase } from '../../../core/sqlite.ts'
import { ACKNOWLEDGED, ALL, frame, HEAD, STORE } from '../speakers/bare.ts'

const [folder = '', port = '0'] = process.argv.slice(2)
const operations = new SqliteOperations(openDatabase(join(folder, 'messages.sqlite')))
const registry = newId()
operations.load(registry)
const stamps = new StampClock(registry, Date.now)
const author = newId()
/** The log knows no numbers of sockets: all is of one conversation. */
const conversation = { id: newId(), audience: JSON.stringify([author]) }

/** What each client gets in this turn. */
const outgoing = new Map<TLSSocket, Buffer[]>()
const clients = new Map<number, TLSSocket>()
let stored: { socket: TLSSocket; n: number; asked: Asked }[] = []

function send(socket: TLSSocket, bytes: Buffer): void {
  if (outgoing.size === 0) setImmediate(flush)
  const waiting = outgoing.get(socket)
  if (waiting) waiting.push(bytes)
  else outgoing.set(socket, [bytes])
}

function flush(): void {
  for (const [socket, parts] of outgoing) socket.write(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts))
  outgoing.clear()
}

function store(): void {
  const batch = stored
  stored = []
  for (const [index, done] of operations.run(batch.map(({ asked }) => asked)).entries()) {
    if ('error' in done) throw done.error
    const { position, stamp } = done.result as Appended
    const { socket, n } = batch[index] ?? {}
    if (socket && n !== undefined) send(socket, frame(ACKNOWLEDGED, formatReply('send', n, { position, stamp })))
  }
}

function keep(socket: TLSSocket, text: string): void {
  const { verb, n, body } = parseRequest(text)
  if (verb !== 'send') throw new Error(`${verb} is nothing to be stored`)
  const draft = { id: body.id, stamp: stamps.next(), author, conversation, body: canonicalJson(body.body) }
  if (stored.push({ socket, n, asked: { operation: 'append', input: [draft] } }) === 1) setImmediate(store)
}

/** A frame: the length of its text, whom it is for, its text. The first one tells whose the connection is. */
function serve(socket: TLSSocket): void {
  let rest: Buffer | null = null
  let known = false
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    const bytes: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk
    let at = 0
    while (at + HEAD <= bytes.length) {
      const end = at + HEAD + bytes.readUInt16BE(at)
      if (end > bytes.length) break
      const to = bytes.readUInt16BE(at + 2)
      if (!known) {
        known = true
        clients.set(to, socket)
        send(socket, frame(ACKNOWLEDGED, ''))
      } else if (to === STORE) keep(socket, bytes.toString('utf8', at + HEAD, end))
      else if (to === ALL) for (const other of clients.values()) send(other, bytes.subarray(at, end))
      else {
        const other = clients.get(to)
        if (other) send(other, bytes.subarray(at, end))
      }
      at = end
    }
    rest = at < bytes.length ? bytes.subarray(at) : null
  })
}

const options = {
  key: readFileSync(join(folder, 'key.pem')),
  cert: readFileSync(join(folder, 'certificate.pem')),
  minVersion: 'TLSv1.3',
  secureOptions: constants.SSL_OP_NO_TICKET,
} as const
createServer(options, serve).listen(Number(port), '127.0.0.1', 1_024)
