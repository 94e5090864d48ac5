/**
 * A relay that does nothing but what Node has to: TLS, and bytes from one socket to another, what leaves in a turn as one write. It knows no
 * accounts and no JSON, checks nothing, and keeps nothing but what it is asked to store: that is in SQLite, one fsync for all that came at once,
 * before it is acknowledged. So that what Node costs can be told from what OptiChat does. `FOLDER PORT`.
 */
import { constants } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type TLSSocket } from 'node:tls'
import { openDatabase, transaction } from '../../../core/sqlite.ts'
import { HEAD, STORE } from '../speakers/bare.ts'

const [folder = '', port = '0'] = process.argv.slice(2)
const database = openDatabase(join(folder, 'messages.sqlite'))
database.exec('CREATE TABLE messages (position INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT')
const insert = database.prepare('INSERT INTO messages (text) VALUES (?)')
const ACKNOWLEDGED = Buffer.of(0, 0)

/** What each client gets in this turn. */
const outgoing = new Map<TLSSocket, Buffer[]>()
const clients = new Map<number, TLSSocket>()
let stored: { socket: TLSSocket; text: string }[] = []

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
  transaction(database, () => {
    for (const { text } of batch) insert.run(text)
  })
  for (const { socket } of batch) send(socket, ACKNOWLEDGED)
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
        send(socket, ACKNOWLEDGED)
      } else if (to === STORE) {
        if (stored.push({ socket, text: bytes.toString('utf8', at + HEAD, end) }) === 1) setImmediate(store)
      } else {
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
