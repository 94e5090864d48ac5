/** A gateway on 127.0.0.1 over a host that notes what it is asked, with real uploads and a page of two files. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { OptiChatError } from '../../../core/protocol/errors.ts'
import type { HostFrame } from '../../../desktop/bridge.ts'
import { type Gateway, openGateway } from '../../../desktop/browser/gateway.ts'
import type { Listener } from '../../../desktop/host/host.ts'
import { openUploads, type Uploads } from '../../../desktop/host/uploads.ts'

export interface GatewayFixture {
  readonly gateway: Gateway
  readonly port: number
  /** What the host was asked, as it came. */
  readonly asked: [unknown, unknown][]
  readonly emit: Listener
  readonly uploads: Uploads
  readonly folder: string
  /** Comes in by a link and answers the cookie. */
  enter(): Promise<string>
  ask(options: RequestOptions, body?: string | Buffer): Promise<Answered>
  /** A page's socket; rejects with the status it was refused with. */
  socket(headers: Record<string, string>, path?: string): Promise<PageSocket>
  close(): Promise<void>
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface PageSocket {
  readonly frames: HostFrame[]
  readonly socket: WebSocket
}

export async function openFixture(): Promise<GatewayFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'optichat-gateway-'))
  const ui = join(folder, 'ui')
  await mkdir(join(ui, 'assets'), { recursive: true })
  await writeFile(join(ui, 'index.html'), '<!doctype html><title>OptiChat</title>')
  await writeFile(join(ui, 'assets', 'app.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  const uploads = await openUploads(join(folder, 'profile'))
  const asked: [unknown, unknown][] = []
  const listeners = new Set<Listener>()
  const gateway = await openGateway({
    ui,
    host: {
      uploads,
      media: async () => null,
      call: async (command, args) => {
        asked.push([command, args])
        if (command === 'logout') throw new OptiChatError('not-signed-in')
        return { echoed: args }
      },
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  const port = Number(new URL(gateway.origin).port)
  const sockets: WebSocket[] = []

  const ask = (options: RequestOptions, body?: string | Buffer) =>
    new Promise<Answered>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, ...options }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }),
        )
      })
      sent.on('error', reject)
      sent.end(body)
    })

  return {
    gateway,
    port,
    asked,
    uploads,
    folder,
    ask,
    emit: (event, value) => {
      for (const listener of listeners) listener(event, value)
    },
    async enter() {
      const { headers } = await ask({ path: gateway.link().slice(gateway.origin.length) })
      const [cookie] = headers['set-cookie'] ?? []
      if (!cookie) throw new Error('no cookie was given')
      return cookie.split(';')[0] ?? ''
    },
    socket: (headers, path = '/bridge') =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
        sockets.push(socket)
        const frames: HostFrame[] = []
        socket.on('message', (data) => frames.push(JSON.parse(String(data))))
        socket.once('open', () => resolve({ frames, socket }))
        socket.once('unexpected-response', (_request, { statusCode }) => reject(new Error(`refused with ${statusCode}`)))
        socket.on('error', reject)
      }),
    async close() {
      for (const socket of sockets) socket.terminate()
      await gateway.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
