import type { Clock } from '../protocol/clock.ts'
import { isErrorCode, OptiChatError } from '../protocol/errors.ts'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import type { Ticket } from '../protocol/messages.ts'
import { BlockTags } from './block-tags.ts'
import type { PeerChannel } from './channel.ts'
import type { Delivery } from './delivery.ts'
import type { EnginePath } from './engine.ts'
import { MAX_WANTED } from './limits.ts'
import type { Listing } from './listing.ts'
import { missingOf } from './missing.ts'
import { proofOf } from './peer-tls.ts'
import { Source } from './source.ts'
import type { Emit } from './thread.ts'
import { Throttle } from './throttle.ts'
import { type ControlBody, type ControlFrame, formatBlockHeader, formatEntries } from './wire.ts'
import { areZeros } from './zeros.ts'

export interface SenderOptions {
  readonly channel: PeerChannel
  readonly ticket: Ticket
  readonly listing: Listing
  readonly path: EnginePath
  /** What the receiver said that it has of the manifest. */
  readonly known: ControlBody<'open'>['manifest']
  readonly emit: Emit
  readonly clock: Clock
  /** Called once when the channel is over, for whatever reason. */
  ended(): void
}

/**
 * Serves one receiver over one proven channel: the manifest and the blocks it asks for, in its order, by turns, until it says DONE.
 * One block is read, tagged and written at a time, so that several receivers and commands take turns.
 */
export class Sender {
  readonly ticket: Ticket
  readonly #o: SenderOptions
  readonly #channel: PeerChannel
  readonly #listing: Listing
  readonly #source: Source
  readonly #tags: BlockTags
  readonly #delivery: Delivery
  readonly #started: number
  readonly #progress: Throttle
  readonly #buffer = Buffer.allocUnsafeSlow(BLOCK_SIZE)
  /** What the manifest still has to be told, and whether all was. */
  #lines: Iterator<Buffer> = [][Symbol.iterator]()
  #listed = false
  /** Ranges asked for; `wanted` is how many blocks they come to, the one being written included. */
  readonly #queue: { from: number; count: number }[] = []
  #wanted = 0
  #writing = false
  #linesLast = false
  /** How much of the stream the receiver has, as far as what it asks for tells. */
  #reached = 0

  constructor(options: SenderOptions) {
    const { channel, ticket, listing, clock, emit } = options
    this.ticket = ticket
    this.#o = options
    this.#channel = channel
    this.#listing = listing
    const { known } = options
    const from = known && listing.manifest.digestOf(known.bytes) === known.digest ? known.bytes : 0
    this.#delivery = listing.deliveryTo(channel.fingerprint, from === 0)
    this.#source = new Source(listing, this.#delivery.missing)
    this.#tags = new BlockTags(ticket.transfer)
    this.#started = clock.elapsed()
    this.#progress = new Throttle(clock, () => this.#tell())
    channel.handlers = {
      control: (frame) => this.#control(frame),
      ended: (error) => {
        this.#end()
        const { id, transfer, peer } = ticket
        emit('sendingFailed', { transfer, ticket: id, user: peer.user, code: error.code, message: error.message })
      },
    }
    channel.trust()
    channel.send('ready', { proof: proofOf('sender', ticket.secret, channel.exporter), from })
    this.#tell()
    this.#lines = listing.manifest.linesFrom(from)
    this.#next()
  }

  /** Ends it, telling the receiver why. */
  fail(error: OptiChatError): void {
    this.#channel.fail(error)
  }

  nudge(): void {
    this.#channel.nudge()
  }

  #control(frame: ControlFrame): void {
    if (frame.kind === 'want') this.#want(frame.body.from, frame.body.count)
    else if (frame.kind === 'pause') this.#paused(frame.body.code)
    else if (frame.kind === 'sum') this.#compare(frame.body.digest)
    else if (frame.kind === 'done') this.#done()
    else throw new OptiChatError('peer-protocol', `${frame.kind} is not for a sender`)
  }

  #want(from: number, count: number): void {
    if (from + count > this.#listing.manifest.blocks) throw new OptiChatError('peer-protocol', 'wants blocks there are not')
    this.#wanted += count
    if (this.#wanted > MAX_WANTED) throw new OptiChatError('peer-protocol', 'wants too many blocks at once')
    this.#queue.push({ from, count })
    this.#next()
  }

  /** The next lines or the next block, by turns where both wait: so the first block goes out long before the last line. */
  #next(): void {
    if (this.#writing || this.#channel.over) return
    if (this.#queue.length > 0 && (this.#listed || this.#linesLast)) this.#writeBlock()
    else if (!this.#listed) this.#writeLines()
  }

  #writeLines(): void {
    const lines = this.#lines.next()
    if (lines.done) {
      this.#listed = true
      this.#channel.send('end', { ...this.#listing.manifest.totals(), block: BLOCK_SIZE })
      this.#next()
      return
    }
    this.#linesLast = true
    this.#writing = true
    this.#channel.write(formatEntries(lines.value), () => {
      this.#writing = false
      this.#next()
    })
  }

  #writeBlock(): void {
    const range = this.#queue[0]
    if (!range) return
    const block = range.from++
    if (--range.count === 0) this.#queue.shift()
    this.#linesLast = false
    this.#writing = true
    const { length, missing } = this.#source.read(block, this.#buffer)
    for (const [entry, code] of missing) this.#channel.send('missing', { entry, code })
    const data = this.#buffer.subarray(0, length)
    const isZeros = areZeros(data)
    const tag = this.#tags.of(block, isZeros ? null : data)
    this.#delivery.sent(block, tag, missing.length === 0)
    if (isZeros) {
      this.#channel.send('zeros', { index: block })
      /** In a turn of its own: an empty disk image is nothing but these. */
      setImmediate(() => this.#written(block, length))
      return
    }
    this.#channel.writeBlock(formatBlockHeader(block, tag, length), data, () => this.#written(block, length))
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
    const { bytes: of } = this.#listing.manifest
    this.#o.emit('sending', { transfer, ticket: id, user: peer.user, bytes: this.#reached, of, path: this.#o.path })
  }

  #paused(code: string): void {
    if (!isErrorCode(code)) throw new OptiChatError('peer-protocol', `it paused with ${code}`)
    this.#progress.stop()
    const { id, transfer, peer } = this.ticket
    this.#o.emit('sendingPaused', { transfer, ticket: id, user: peer.user, code })
  }

  #compare(digest: string): void {
    if (!this.#listed || this.#wanted > 0) throw new OptiChatError('peer-protocol', 'a sum before its blocks came')
    const sum = this.#delivery.sum(this.#listing.manifest.blocks)
    if (sum !== null && sum !== digest) throw new OptiChatError('block-damaged', 'the whole is not what was sent')
    this.#channel.send('agreed', {})
  }

  #done(): void {
    if (!this.#listed || this.#wanted > 0) throw new OptiChatError('peer-protocol', 'done before its blocks came')
    const { manifest } = this.#listing
    this.#reached = manifest.bytes
    this.#progress.flush()
    this.#channel.send('ack', {})
    this.#channel.finish()
    this.#end()
    const { id, transfer, peer } = this.ticket
    const seconds = (this.#o.clock.elapsed() - this.#started) / 1000
    const { bytes, missing, missingCount } = missingOf(manifest, this.#delivery.missing)
    this.#o.emit('sent', { transfer, ticket: id, user: peer.user, bytes, seconds, path: this.#o.path, missing, missingCount })
  }

  #end(): void {
    this.#progress.stop()
    this.#source.close()
    this.#o.ended()
  }
}
