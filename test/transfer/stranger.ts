/** A peer that speaks the wire by itself, to break its rules: the TLS and frames of the product, none of its sense. */
import type { AddressInfo } from 'node:net'
import { type ConnectionOptions, connect, createServer, type TLSSocket } from 'node:tls'
import type { Identity } from '../../core/identity/certificate.ts'
import { systemClock } from '../../core/protocol/clock.ts'
import type { OptiChatError } from '../../core/protocol/errors.ts'
import { BLOCK_SIZE } from '../../core/protocol/limits.ts'
import type { Ticket } from '../../core/protocol/messages.ts'
import { BlockTags } from '../../core/transfer/block-tags.ts'
import { Budget } from '../../core/transfer/budget.ts'
import { PeerChannel } from '../../core/transfer/channel.ts'
import type { Entry } from '../../core/transfer/entries.ts'
import { Manifest } from '../../core/transfer/manifest.ts'
import { dialOptions, proofOf, serverOptions } from '../../core/transfer/peer-tls.ts'
import { type ControlFrame, formatBlockHeader, formatEntries } from '../../core/transfer/wire.ts'
import { until } from '../support/wait.ts'

/** One socket to the victim, and what came over it. */
export class Line {
  readonly frames: ControlFrame[] = []
  readonly blocks: number[] = []
  /** Of the manifest. */
  lines = ''
  /** How much of it had come when each block came. */
  readonly linesBefore: number[] = []
  ended: OptiChatError | null = null
  closed = false
  readonly channel: PeerChannel
  readonly socket: TLSSocket

  constructor(socket: TLSSocket) {
    this.socket = socket
    socket.on('close', () => {
      this.closed = true
    })
    this.channel = new PeerChannel({
      socket,
      fingerprint: '',
      clock: systemClock,
      budgets: { up: new Budget(systemClock), down: new Budget(systemClock) },
      handlers: {
        control: (frame) => this.frames.push(frame),
        entries: (lines) => {
          this.lines += lines.toString()
        },
        block: ({ index }) => {
          this.blocks.push(index)
          this.linesBefore.push(this.lines.length)
        },
        ended: (error) => {
          this.ended = error
        },
      },
    })
    this.channel.trust()
  }

  async frame<K extends ControlFrame['kind']>(kind: K): Promise<Extract<ControlFrame, { kind: K }>> {
    const found = await until(`a ${kind}; it ended with ${this.ended?.code}`, () => this.frames.find((frame) => frame.kind === kind))
    return found as Extract<ControlFrame, { kind: K }>
  }

  open(ticket: Ticket, proof = proofOf('receiver', ticket.secret, this.channel.exporter)): void {
    this.channel.send('open', { ticket: ticket.id, transfer: ticket.transfer, proof })
  }

  /** Any bytes as a frame of any type. */
  raw(type: number, payload: Buffer | string, length?: number): void {
    const head = Buffer.alloc(5)
    head.writeUInt32BE(length ?? Buffer.byteLength(payload), 0)
    head.writeUInt8(type, 4)
    this.channel.write(Buffer.concat([head, Buffer.from(payload)]))
  }

  end(): Promise<OptiChatError> {
    return until('the line ends', () => this.ended)
  }
}

export function dialAs(identity: Identity, port: number, options: ConnectionOptions = {}): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...dialOptions(identity), host: '127.0.0.1', port, ...options }, () => resolve(new Line(socket)))
    socket.once('error', reject)
  })
}

/** A sender of its own making. `serve` is called for each receiver once its ticket was answered with the right proof. */
export async function hostileSender(
  identity: Identity,
  ticketOf: () => Ticket,
  serve: (line: Line) => void | Promise<void>,
  options: { proof?: string } = {},
): Promise<{ endpoint: string; lines: Line[]; close(): Promise<void> }> {
  const lines: Line[] = []
  const server = createServer(serverOptions(identity), async (socket) => {
    const line = new Line(socket)
    lines.push(line)
    await line.frame('open')
    line.channel.send('ready', { proof: options.proof ?? proofOf('sender', ticketOf().secret, line.channel.exporter), from: 0 })
    await serve(line)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    lines,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const line of lines) line.socket.destroy()
      }),
  }
}

export const entry = (path: string, bytes = 0, kind: Entry['kind'] = 'file'): Entry => ({
  path,
  kind,
  bytes,
  exec: false,
  mtime: 1_700_000_000_000,
})

/** The manifest told truthfully, except for what `lie` changes of its END. */
export function list(line: Line, entries: Entry[], lie: object = {}): void {
  const manifest = new Manifest()
  for (const one of entries) manifest.add(one)
  for (const lines of manifest.linesFrom(0)) line.channel.write(formatEntries(lines))
  line.channel.send('end', { ...manifest.totals(), block: BLOCK_SIZE, ...lie })
}

/** To a receiver that has opened its transfer. */
export function sendBlock(line: Line, index: number, data: Buffer, tag = tagFor(line, index, data)): void {
  line.channel.write(formatBlockHeader(index, tag, data.length))
  line.channel.write(data)
}

function tagFor(line: Line, index: number, data: Buffer): Buffer {
  const open = line.frames.find((frame) => frame.kind === 'open')
  if (!open) throw new Error('nobody has opened a transfer')
  return new BlockTags(open.body.transfer).of(index, data)
}
