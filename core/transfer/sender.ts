import { createHash } from 'node:crypto'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import type { Ticket } from '../protocol/messages.ts'
import type { PeerChannel } from './channel.ts'
import type { EnginePath } from './engine.ts'
import { MAX_WANTED } from './limits.ts'
import { chunks } from './manifest.ts'
import { proofOf } from './peer-tls.ts'
import { Source } from './source.ts'
import type { Emit } from './thread.ts'
import { Throttle } from './throttle.ts'
import type { Listing } from './walk.ts'
import { formatBlockHeader, formatControl } from './wire.ts'

/**
 * Serves one receiver over one proven channel: the manifest, then the blocks it asks for, in its order, until it says DONE.
 * One block is read, hashed and written at a time, so that several receivers and commands take turns.
 */
export class Sender {
  readonly ticket: Ticket
  readonly #channel: PeerChannel
  readonly #listing: Listing
  readonly #source: Source
  readonly #emit: Emit
  readonly #clock: Clock
  readonly #path: EnginePath
  readonly #started: number
  readonly #progress: Throttle
  readonly #ended: () => void
  readonly #buffer = Buffer.allocUnsafeSlow(BLOCK_SIZE)
  /** Ranges asked for; `wanted` is how many blocks they come to, the one being written included. */
  readonly #queue: { from: number; count: number }[] = []
  #wanted = 0
  #writing = false
  #listed = false
  /** How much of the stream the receiver has, as far as what it asks for tells. */
  #reached = 0

  constructor(options: {
    channel: PeerChannel
    ticket: Ticket
    listing: Listing
    path: EnginePath
    emit: Emit
    clock: Clock
    /** Called once when the channel is over, for whatever reason. */
    ended(): void
  }) {
    this.ticket = options.ticket
    this.#channel = options.channel
    this.#listing = options.listing
    this.#source = new Source(options.listing)
    this.#emit = options.emit
    this.#clock = options.clock
    this.#path = options.path
    this.#ended = options.ended
    this.#started = this.#clock.elapsed()
    this.#progress = new Throttle(this.#clock, () => this.#tell())
    this.#channel.handlers = {
      control: (frame) => {
        if (frame.kind === 'want') this.#want(frame.body.from, frame.body.count)
        else if (frame.kind === 'done') this.#done()
        else throw new OptiChatError('peer-protocol', `${frame.kind} is not for a sender`)
      },
      block: () => {
        throw new OptiChatError('peer-protocol', 'a block is not for a sender')
      },
      ended: (error) => {
        this.#end()
        const { id, transfer, peer } = this.ticket
        this.#emit('sendingFailed', { transfer, ticket: id, user: peer.user, code: error.code, message: error.message })
      },
    }
    this.#channel.trust()
    this.#channel.send('ready', { proof: proofOf('sender', this.ticket.secret, this.#channel.exporter) })
    this.#tell()
    this.#list(chunks(this.#listing.entries))
  }

  /** Ends it, telling the receiver why. */
  fail(error: OptiChatError): void {
    this.#channel.fail(error)
  }

  nudge(): void {
    this.#channel.nudge()
  }

  #list(pieces: ReturnType<typeof chunks>): void {
    const piece = pieces.next()
    if (piece.done) {
      this.#channel.send('end', { ...this.#listing.totals, block: BLOCK_SIZE })
      this.#listed = true
      return
    }
    /** Two at a time would be no faster, and a listing that all fits the socket's buffer would fill memory instead. */
    this.#channel.write(formatControl('entries', { entries: piece.value }), () => this.#list(pieces))
  }

  #want(from: number, count: number): void {
    if (!this.#listed || from + count > this.#listing.layout.blocks) throw new OptiChatError('peer-protocol', 'wants blocks there are not')
    this.#wanted += count
    if (this.#wanted > MAX_WANTED) throw new OptiChatError('peer-protocol', 'wants too many blocks at once')
    this.#queue.push({ from, count })
    this.#next()
  }

  #next(): void {
    if (this.#writing || this.#channel.over) return
    const range = this.#queue[0]
    if (!range) return
    const block = range.from++
    if (--range.count === 0) this.#queue.shift()
    this.#writing = true
    const length = this.#source.read(block, this.#buffer)
    const data = this.#buffer.subarray(0, length)
    const sha256 = createHash('sha256').update(data).digest()
    this.#channel.writeBlock(formatBlockHeader(block, sha256, length), data, () => this.#written(block, length))
  }

  #written(block: number, length: number): void {
    this.#writing = false
    this.#wanted--
    this.#reached = Math.max(this.#reached, block * BLOCK_SIZE + length)
    this.#progress.touch()
    this.#next()
  }

  #tell(): void {
    const { id, transfer, peer } = this.ticket
    this.#emit('sending', {
      transfer,
      ticket: id,
      user: peer.user,
      bytes: this.#reached,
      of: this.#listing.totals.bytes,
      path: this.#path,
    })
  }

  #done(): void {
    if (!this.#listed || this.#wanted > 0) throw new OptiChatError('peer-protocol', 'done before its blocks came')
    this.#reached = this.#listing.totals.bytes
    this.#progress.flush()
    this.#channel.send('ack', {})
    this.#channel.finish()
    this.#end()
    const { id, transfer, peer } = this.ticket
    const seconds = (this.#clock.elapsed() - this.#started) / 1000
    const { bytes } = this.#listing.totals
    this.#emit('sent', { transfer, ticket: id, user: peer.user, bytes, seconds, path: this.#path, missing: [], missingCount: 0 })
  }

  #end(): void {
    this.#progress.stop()
    this.#source.close()
    this.#ended()
  }
}
