import { mkdirSync } from 'node:fs'
import type { Identity } from '../identity/certificate.ts'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Ticket } from '../protocol/messages.ts'
import { BlockTags } from './block-tags.ts'
import type { Budgets } from './budget.ts'
import type { PeerChannel } from './channel.ts'
import { asDiskError, noRoom, roomIn } from './disk.ts'
import { DiskQueue } from './disk-queue.ts'
import type { EnginePath } from './engine.ts'
import { parseEntries } from './entries.ts'
import type { Block } from './frame-reader.ts'
import { CHUNK_ENTRIES, LINGER, WINDOW } from './limits.ts'
import { missingOf } from './missing.ts'
import { PartFolder } from './part-folder.ts'
import { proofOf, proves } from './peer-tls.ts'
import { finish } from './place.ts'
import type { RelayCall } from './relay-dial.ts'
import type { Emit } from './thread.ts'
import { Throttle } from './throttle.ts'
import { Ways } from './ways.ts'
import type { ControlBody, ControlFrame } from './wire.ts'

/** `looking` (what is on the disk) `→ seeking → opening → moving (⇄ paused) → finishing → over`. */
type Phase = 'looking' | 'seeking' | 'opening' | 'moving' | 'paused' | 'finishing' | 'over'

export interface ReceptionOptions {
  readonly identity: Identity
  readonly clock: Clock
  readonly ticket: Ticket
  readonly into: string
  readonly expect: { readonly bytes: number; readonly count: number }
  readonly emit: Emit
  readonly budgets: Budgets
  /** Called once, when it is over and its files are closed. */
  over(): void
}

/** One attempt to receive a transfer, from what is on the disk to the last rename. */
export class Reception {
  readonly ticket: Ticket
  readonly #o: ReceptionOptions
  #phase: Phase = 'looking'
  #path: EnginePath = 'direct'
  #channel: PeerChannel | null = null
  readonly #ways: Ways
  #started = 0
  #part: PartFolder | null = null
  readonly #tags: BlockTags
  readonly #progress: Throttle
  /** What runs and must have ended before the files can be closed. */
  #work: Promise<void> = Promise.resolve()
  #ending: Promise<void> | null = null
  /** The manifest was told to its end, in this attempt. */
  #listed = false
  /** The next block to ask for; those asked for and not here yet; those that came damaged once. */
  #next = 0
  readonly #asked = new Set<number>()
  readonly #damaged = new Set<number>()
  /** Blocks that are here and not on the disk yet. */
  readonly #disk: DiskQueue
  /** What has come is of no use for another attempt. */
  #isSpoilt = false
  /** How the sender's word on the sum is told to whoever waits for it. */
  #agree: (error: OptiChatError | null) => void = () => undefined

  constructor(options: ReceptionOptions) {
    const { clock, ticket, into } = options
    this.#o = options
    this.ticket = ticket
    this.#tags = new BlockTags(ticket.transfer)
    this.#progress = new Throttle(clock, () => this.#tellProgress())
    this.#disk = new DiskQueue({
      clock,
      into,
      lacking: () => this.#lacking,
      written: () => this.#goOn(),
      full: (error) => this.#pause(error),
      room: () => this.#goOn(),
      failed: (error) => this.#fails(error),
    })
    this.#ways = new Ways({
      ...options,
      handlers: this.#handlers(),
      unreachable: () => options.emit('unreachable', { transfer: ticket.transfer, ticket: ticket.id }),
      open: (channel, path) => this.#open(channel, path),
      failed: (error) => this.#fails(error),
    })
    this.#run(async () => {
      this.#part = await PartFolder.find({ into, transfer: ticket.transfer, clock })
      if (this.#phase !== 'looking') return
      this.#phase = 'seeking'
      this.#ways.seek()
    })
  }

  /** The sender dialled us. False when it is not this reception's, or not waited for. */
  takes(channel: PeerChannel, ticket: string): boolean {
    return this.#phase === 'seeking' && this.#ways.takes(channel, ticket)
  }

  /** Tries the relay besides the other ways. False when it is not this reception's ticket. */
  relay(call: RelayCall): boolean {
    if (call.ticket !== this.ticket.id) return false
    if (this.#phase === 'seeking') this.#ways.relay(call)
    return true
  }

  nudge(): void {
    this.#channel?.nudge()
  }

  /**
   * Ends it without an event, telling the sender why; resolves when the files are closed. If all blocks are already here, it
   * waits until they are in place instead, and `received` is told.
   * @returns whether it was
   */
  async stop(why: OptiChatError): Promise<boolean> {
    if (this.#phase === 'finishing') {
      await this.#work
      await this.#ending
      return this.#ending === null
    }
    await this.#end(why, false)
    return false
  }

  #open(channel: PeerChannel, path: EnginePath): void {
    this.#channel = channel
    this.#path = path
    this.#phase = 'opening'
    this.#started = this.#o.clock.elapsed()
    const { id, transfer, secret } = this.ticket
    const manifest = this.#part?.manifest
    const known = manifest && manifest.size > 0 ? { manifest: { bytes: manifest.size, digest: manifest.totals().digest } } : {}
    channel.send('open', { ticket: id, transfer, proof: proofOf('receiver', secret, channel.exporter), ...known })
  }

  #handlers() {
    return {
      control: (frame: ControlFrame) => this.#control(frame),
      entries: (lines: Buffer) => this.#entries(lines),
      block: (block: Block) => this.#block(block),
      expecting: () => this.#phase === 'moving' && this.#asked.size > 0,
      ended: (error: OptiChatError) => {
        /** Once every block is here, the sender is no longer needed, but it may know better. */
        if (this.#phase === 'finishing') this.#agree(error.code === 'block-damaged' ? error : null)
        else this.#fails(error)
      },
    }
  }

  #control(frame: ControlFrame): void {
    const isMoving = this.#phase === 'moving' || this.#phase === 'paused'
    if (frame.kind === 'ready' && this.#phase === 'opening') this.#ready(frame.body)
    else if (frame.kind === 'end' && isMoving && !this.#listed) this.#listedAll(frame.body)
    else if (frame.kind === 'zeros' && isMoving) this.#zeros(frame.body.index)
    else if (frame.kind === 'missing' && isMoving) this.#missing(frame.body)
    else if (frame.kind === 'agreed' && this.#phase === 'finishing') this.#agree(null)
    else if (frame.kind === 'ack' && this.#phase === 'over') this.#channel?.finish()
    else throw new OptiChatError('peer-protocol', `${frame.kind} while ${this.#phase}`)
  }

  #ready({ proof, from }: ControlBody<'ready'>): void {
    const channel = this.#channel as PeerChannel
    const { into, clock, expect, emit } = this.#o
    const { transfer, secret } = this.ticket
    if (!proves(proof, 'sender', secret, channel.exporter)) throw new OptiChatError('peer-untrusted', 'its proof is wrong')
    const kept = this.#part
    if (from !== 0 && from !== kept?.manifest.size) throw new OptiChatError('peer-protocol', 'it goes on from where nobody is')
    channel.trust()
    emit('connected', { transfer, path: this.#path })
    const part = onDisk(into, () => {
      mkdirSync(into, { recursive: true })
      const free = roomIn(into)
      if (kept && from > 0) return kept
      if (free !== null && free < expect.bytes) throw noRoom(expect.bytes, free)
      kept?.closeFiles()
      return PartFolder.create({ into, transfer, clock })
    })
    this.#part = part
    this.#next = part.have
    this.#phase = 'moving'
    this.#progress.flush()
    const free = roomIn(into)
    if (free !== null && free < this.#lacking) this.#pause(noRoom(this.#lacking, free))
    else this.#ask()
  }

  #entries(lines: Buffer): void {
    const part = this.#part
    if (!part || this.#listed || (this.#phase !== 'moving' && this.#phase !== 'paused')) {
      throw new OptiChatError('peer-protocol', `a list while ${this.#phase}`)
    }
    if (part.manifest.whole) {
      this.#isSpoilt = true
      throw new OptiChatError('file-changed', 'there is more in the folder than before')
    }
    const entries = parseEntries(lines)
    if (entries.length > CHUNK_ENTRIES) throw new OptiChatError('peer-protocol', 'too many entries at once')
    part.accept(lines, entries)
    const { expect } = this.#o
    if (part.manifest.bytes > expect.bytes) throw new OptiChatError('peer-protocol', 'more bytes than were offered')
    if (part.manifest.count > expect.count) throw new OptiChatError('peer-protocol', 'more files than were offered')
    this.#store(() => part.save())
    this.#ask()
  }

  /** @throws OptiChatError `peer-protocol` when END, the entries and the offer do not agree. */
  #listedAll(end: ControlBody<'end'>): void {
    const { manifest } = this.#part as PartFolder
    const { expect } = this.#o
    const totals = manifest.totals()
    if (
      end.bytes !== totals.bytes ||
      end.count !== totals.count ||
      end.entries !== totals.entries ||
      end.digest !== totals.digest ||
      totals.bytes !== expect.bytes ||
      totals.count !== expect.count
    ) {
      throw new OptiChatError('peer-protocol', 'the list of files is not what was offered')
    }
    this.#listed = true
    if (!manifest.whole) manifest.close()
    this.#goOn()
  }

  #missing({ entry: index, code }: ControlBody<'missing'>): void {
    const part = this.#part as PartFolder
    if (index >= part.manifest.entries || part.manifest.entry(index).bytes === 0) {
      throw new OptiChatError('peer-protocol', 'what is missing is no file with bytes')
    }
    part.miss(index, code)
  }

  #ask(): void {
    if (this.#phase !== 'moving') return
    const blocks = this.#part?.manifest.blocks ?? 0
    const ahead = this.#asked.size + this.#disk.length
    const count = Math.min(WINDOW - ahead, blocks - this.#next)
    if (count <= 0 || ahead > WINDOW / 2) return
    this.#channel?.send('want', { from: this.#next, count })
    for (let n = 0; n < count; n++) this.#asked.add(this.#next++)
  }

  #block({ index, tag, data, release }: Block): void {
    const length = this.#expected(index)
    if (data.length !== length) throw new OptiChatError('peer-protocol', 'a block of the wrong length')
    if (this.#tags.of(index, data).equals(tag)) {
      this.#take(index, data, tag, release)
      return
    }
    release()
    if (this.#damaged.has(index)) throw new OptiChatError('block-damaged', `block ${index}`)
    this.#damaged.add(index)
    this.#channel?.send('want', { from: index, count: 1 })
  }

  #zeros(index: number): void {
    this.#expected(index)
    this.#take(index, null, this.#tags.of(index, null))
  }

  /** Length of a block that was asked for. */
  #expected(index: number): number {
    const isMoving = this.#phase === 'moving' || this.#phase === 'paused'
    if (!isMoving || !this.#part || !this.#asked.has(index)) throw new OptiChatError('peer-protocol', 'a block nobody asked for')
    return this.#part.manifest.length(index)
  }

  /** A block that is right. */
  #take(index: number, data: Buffer | null, tag: Buffer, release?: () => void): void {
    const part = this.#part as PartFolder
    this.#asked.delete(index)
    this.#disk.add(() => {
      const later = part.write(index, data, tag)
      if (later) return later.then(release)
      release?.()
      return null
    })
  }

  /** Writes to the disk; when that is full, all pauses. */
  #store(write: () => void): void {
    try {
      write()
    } catch (thrown) {
      const error = asDiskError(thrown, this.#o.into)
      if (error.code !== 'disk-full') throw error
      this.#pause(error)
    }
  }

  #pause(error: OptiChatError): void {
    if (this.#phase !== 'moving') return
    this.#phase = 'paused'
    this.#progress.flush()
    this.#progress.stop()
    this.#channel?.send('pause', { code: error.code })
    this.#o.emit('paused', { transfer: this.ticket.transfer, code: error.code, message: error.message })
    this.#disk.wait()
  }

  /** Something came, or there is room again. */
  #goOn(): void {
    const part = this.#part
    if (!part || this.#phase === 'over') return
    if (this.#phase === 'paused') {
      if (this.#disk.isFull) return
      this.#phase = 'moving'
    }
    this.#progress.touch()
    if (this.#listed && part.have === part.manifest.blocks) {
      this.#finish()
      return
    }
    if (part.checkpointDue) part.checkpoint().catch((error) => this.#fails(asDiskError(error, this.#o.into)))
    this.#ask()
  }

  #finish(): void {
    const part = this.#part as PartFolder
    const { emit, into, clock } = this.#o
    const { transfer } = this.ticket
    const { bytes, missing, missingCount } = missingOf(part.manifest, part.missing)
    this.#phase = 'finishing'
    this.#progress.flush()
    emit('verifying', { transfer })
    this.#run(async () => {
      const [first] = missing
      if (first && missingCount === part.manifest.count) {
        this.#isSpoilt = true
        throw new OptiChatError(first.code, first.path)
      }
      const paths = await finish(part, into, clock, this.#comparison(part))
      this.#part = null
      this.#phase = 'over'
      this.#progress.stop()
      this.#channel?.send('done', {})
      clock.after(LINGER, () => this.#channel?.finish(), true)
      const seconds = (clock.elapsed() - this.#started) / 1000
      emit('received', { transfer, paths, bytes, seconds, path: this.#path, missing, missingCount })
      this.#o.over()
    })
  }

  /** Resolves when the sender has compared the sum, or is no longer there to do so: each block was compared with its tag anyway. */
  #comparison(part: PartFolder): Promise<void> {
    const compared = new Promise<void>((resolve, reject) => {
      this.#agree = (error) => {
        if (!error) resolve()
        else {
          this.#isSpoilt = true
          reject(error)
        }
      }
    })
    /** Whoever waits for it may be busy with the disk when it is rejected. */
    compared.catch(() => undefined)
    if (!this.#channel || this.#channel.over) this.#agree(null)
    else this.#channel.send('sum', { digest: part.sum() })
    return compared
  }

  get #lacking(): number {
    return this.#o.expect.bytes - (this.#part?.bytes ?? 0)
  }

  /** Long work, one at a time; its failure is the reception's. */
  #run(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      /** No longer `finishing`: the end may come now. */
      if (this.#phase === 'finishing') this.#phase = 'moving'
      this.#fails(asDiskError(error, this.#o.into))
    })
  }

  #fails(error: OptiChatError): void {
    /** `#end` waits for work whose own failure may have brought us here: it must not be waited for from there. */
    this.#end(error, true)
  }

  #end(error: OptiChatError, tell: boolean): Promise<void> {
    if (this.#ending) return this.#ending
    if (this.#phase === 'over') return Promise.resolve()
    this.#phase = 'over'
    this.#ways.cancel()
    const drained = this.#disk.drain()
    this.#progress.stop()
    /** What cannot be closed cleanly is not trusted either: the next attempt checks what was not synced. */
    const closed = this.#close(drained).catch(() => undefined)
    this.#ending = closed.then(() => {
      if (tell) this.#o.emit('failed', { transfer: this.ticket.transfer, code: error.code, message: error.message })
      this.#o.over()
    })
    this.#channel?.fail(error)
    return this.#ending
  }

  /** @param drained blocks that have come are written first: they need not come again */
  async #close(drained: Promise<void>): Promise<void> {
    await drained
    await this.#work
    const part = this.#part
    this.#part = null
    await part?.quiet()
    part?.closeFiles()
    if (this.#isSpoilt) await part?.remove()
  }

  #tellProgress(): void {
    const part = this.#part
    if (part) this.#o.emit('progress', { transfer: this.ticket.transfer, bytes: part.bytes, of: this.#o.expect.bytes })
  }
}

/** @throws OptiChatError for what the file system says */
function onDisk<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw asDiskError(error, path)
  }
}
