/** The control socket of a running registry: for its owner, on its machine. */
import { chmodSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import type { Admin } from './admin.ts'
import { addressToListen, type ControlAddress } from './control-address.ts'
import { formatControlAnswer, formatControlError, MAX_CONTROL_REQUEST, parseControlRequest } from './control-protocol.ts'
import { carryOutLine } from './control-verbs.ts'

/** Milliseconds in which a request must have come, or an answer been read. */
const PATIENCE = 10_000
/** Connections at once: one administrator and some scripts. */
const MAX_CONNECTIONS = 16

export interface ControlServer {
  close(): Promise<void>
}

/**
 * Answers one request a connection.
 * @throws the system's errors: a file system without sockets, a path that is too long
 */
export async function serveControl(data: string, admin: Admin): Promise<ControlServer> {
  const address = addressToListen(resolve(data))
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    serve(socket, admin)
  })
  server.maxConnections = MAX_CONNECTIONS
  try {
    await listen(server, address)
  } catch (error) {
    address.release()
    throw error
  }
  return {
    close: () =>
      new Promise((done) => {
        server.close(() => {
          address.release()
          done()
        })
        for (const socket of open) socket.destroy()
      }),
  }
}

async function listen(server: Server, { path }: ControlAddress): Promise<void> {
  await new Promise<void>((done, reject) => {
    server.once('error', reject)
    server.listen({ path }, done)
  })
  // Its folder is its owner's alone; this is for the eye of whoever looks.
  if (process.platform !== 'win32') chmodSync(path, 0o600)
}

function serve(socket: Socket, admin: Admin): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.setTimeout(PATIENCE, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  const answer = (line: string) => socket.end(line)
  const refuse = (error: unknown) => answer(formatControlError(asOptiChatError(error)))
  const read = (part: string) => {
    text += part
    const end = text.indexOf('\n')
    if (end < 0 && text.length <= MAX_CONTROL_REQUEST) return
    socket.off('data', read)
    socket.resume()
    if (end < 0 || end > MAX_CONTROL_REQUEST) return refuse(new OptiChatError('too-large'))
    // It may have to wait for the disk.
    socket.setTimeout(0)
    void (async () => formatControlAnswer(await carryOutLine(admin, parseControlRequest(text.slice(0, end)))))().then(answer, refuse)
  }
  socket.on('data', read)
}
