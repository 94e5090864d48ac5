import { createHash } from 'node:crypto'
import { mkdirSync, statfsSync } from 'node:fs'
import { connect, type TLSSocket } from 'node:tls'
import type { Identity } from '../identity/certificate.ts'
import type { Clock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Ticket } from '../protocol/messages.ts'
import type { Budgets } from './budget.ts'
import { PeerChannel } from './channel.ts'
import { dial } from './dial.ts'
import { asDiskError } from './disk.ts'
import type { EnginePath } from './engine.ts'
import type { Block } from './frame-reader.ts'
import { LINGER, PROOF_TIMEOUT, WINDOW } from './limits.ts'
import { Layout, ManifestCollector } from './manifest.ts'
import { PartFolder } from './part-folder.ts'
import { dialOptions, fingerprintOfPeer, proofOf, proves } from './peer-tls.ts'
import { finish } from './place.ts'
import { dialRelay, type RelayCall } from './relay-dial.ts'
import type { Emit } from './thread.ts'
import { Throttle } from './throttle.ts'
import type { ControlBody, ControlFrame, Entry } from './wire.ts'

/** `dialling → (waiting) → opening → listing → preparing → moving → finishing → over`. */
type Phase = 'dialling' | 'waiting' | 'opening' | 'listing' | 'preparing' | 'moving' | 'finishing' | 'over'

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

/** One attempt to receive a transfer, from dialling to the last rename. */
export class Reception {
  readonly ticket: Ticket
  readonly #o: ReceptionOptions
  #phase: Phase = 'dialling'
  #path: EnginePath = 'direct'
  #channel: PeerChannel | null = null
  #cancelDial: () => void = () => undefined
  #cancelRelay: () => void = () => undefined
  #cancelExpiry: () => void
  #untrusted = false
  #started = 0
  readonly #collector: ManifestCollector
  #entries: readonly Entry[] = []
  #part: PartFolder | null = null
  readonly #progress: Throttle
  /** What runs and must have ended before the files can be closed. */
  #work: Promise<void> = Promise.resolve()
  #ending: Promise<void> | null = null
  /** The next block to ask for; those asked for and not here yet; those that came damaged once. */
  #next = 0
  readonly #asked = new Set<number>()
  readonly #damaged = new Set<number>()

  constructor(options: ReceptionOptions) {
    this.#o = options
    this.ticket = options.ticket
    this.#collector = new ManifestCollector(options.expect)
    this.#progress = new Throttle(options.clock, () => this.#tellProgress())
    this.#cancelExpiry = options.clock.after(this.ticket.lifetime, () => this.#expired())
    this.#cancelDial = dial({
      identity: options.identity,
      clock: options.clock,
      endpoints: this.ticket.peer.endpoints,
      fingerprint: this.ticket.peer.fingerprint,
      slow: () => this.#wait(),
      answer: (dialled) => {
        if (dialled.socket) this.#open(this.#channelOf(dialled.socket), 'direct')
        else {
          this.#untrusted = dialled.untrusted
          this.#wait()
        }
      },
    })
  }

  /** The sender dialled us. False when it is not this reception's, or not waited for. */
  takes(channel: PeerChannel, ticket: string): boolean {
    if (!this.#awaits(ticket) || channel.fingerprint !== this.ticket.peer.fingerprint) return false
    channel.handlers = this.#handlers()
    this.#open(channel, 'reverse')
    return true
  }

  /** Tries the relay besides the other ways. False when it is not this reception's ticket. */
  relay(call: RelayCall): boolean {
    if (call.ticket !== this.ticket.id) return false
    if (!this.#awaits(call.ticket)) return true
    const { identity, clock } = this.#o
    this.#cancelRelay()
    /** Coming to nothing, it leaves the other ways as they are. */
    this.#cancelRelay = dialRelay(call, clock, (raw) => {
      if (!raw) return
      const socket = connect({ ...dialOptions(identity), socket: raw })
      const cancel = clock.after(PROOF_TIMEOUT, () => socket.destroy())
      this.#cancelRelay = () => socket.destroy()
      socket.on('error', () => socket.destroy())
      socket.once('close', cancel)
      socket.once('secureConnect', () => {
        cancel()
        if (!this.#awaits(call.ticket)) socket.destroy()
        else if (fingerprintOfPeer(socket) === this.ticket.peer.fingerprint) this.#open(this.#channelOf(socket), 'relay')
        else {
          this.#untrusted = true
          socket.destroy()
        }
      })
    })
    return true
  }

  nudge(): void {
    this.#channel?.nudge()
  }

  /**
   * Ends it without an event, telling the sender why; resolves when the files are closed. If all blocks are already here, it
   * waits until they are in place instead, and `received` is told.
   */
  async stop(why: OptiChatError): Promise<void> {
    if (this.#phase === 'finishing') {
      await this.#work
      await this.#ending
      return
    }
    await this.#end(why, false)
  }

  #awaits(ticket: string): boolean {
    return ticket === this.ticket.id && (this.#phase === 'dialling' || this.#phase === 'waiting')
  }

  /** Dialling has come to nothing so far: another way may. */
  #wait(): void {
    if (this.#phase !== 'dialling') return
    this.#phase = 'waiting'
    this.#o.emit('unreachable', { transfer: this.ticket.transfer, ticket: this.ticket.id })
  }

  #channelOf(socket: TLSSocket): PeerChannel {
    const { clock, budgets } = this.#o
    return new PeerChannel({ socket, fingerprint: this.ticket.peer.fingerprint, clock, budgets, handlers: this.#handlers() })
  }

  #open(channel: PeerChannel, path: EnginePath): void {
    this.#cancelExpiry()
    if (path !== 'direct') this.#cancelDial()
    if (path !== 'relay') this.#cancelRelay()
    this.#channel = channel
    this.#path = path
    this.#phase = 'opening'
    this.#started = this.#o.clock.elapsed()
    const { id, transfer, secret } = this.ticket
    channel.send('open', { ticket: id, transfer, proof: proofOf('receiver', secret, channel.exporter) })
  }

  #handlers() {
    return {
      control: (frame: ControlFrame) => this.#control(frame),
      block: (block: Block) => this.#block(block),
      ended: (error: OptiChatError) => {
        /** Once every block is here, the sender is no longer needed. */
        if (this.#phase !== 'finishing') this.#fails(error)
      },
    }
  }

  #control(frame: ControlFrame): void {
    if (frame.kind === 'ready' && this.#phase === 'opening') this.#ready(frame.body.proof)
    else if (frame.kind === 'entries' && this.#phase === 'listing') this.#collector.add(frame.body.entries)
    else if (frame.kind === 'end' && this.#phase === 'listing') this.#listed(frame.body)
    else if (frame.kind === 'ack' && this.#phase === 'over') this.#channel?.finish()
    else throw new OptiChatError('peer-protocol', `${frame.kind} while ${this.#phase}`)
  }

  #ready(proof: string): void {
    const channel = this.#channel as PeerChannel
    if (!proves(proof, 'sender', this.ticket.secret, channel.exporter)) throw new OptiChatError('peer-untrusted', 'its proof is wrong')
    channel.trust()
    this.#phase = 'listing'
    this.#o.emit('connected', { transfer: this.ticket.transfer, path: this.#path })
  }

  #listed(end: ControlBody<'end'>): void {
    const { entries, totals } = this.#collector.end(end)
    this.#entries = entries
    this.#phase = 'preparing'
    this.#run(async () => {
      const { into, clock } = this.#o
      mkdirSync(into, { recursive: true })
      const layout = new Layout(entries)
      const { transfer } = this.ticket
      this.#part = await PartFolder.open({ into, transfer, entries, layout, digest: totals.digest, clock })
      if (this.#phase !== 'preparing') return
      roomFor(into, layout.bytes - this.#part.bytes)
      this.#phase = 'moving'
      this.#next = this.#part.have
      this.#progress.flush()
      if (this.#part.have === layout.blocks) this.#finish()
      else this.#ask()
    })
  }

  #ask(): void {
    const blocks = this.#part?.layout.blocks ?? 0
    const count = Math.min(WINDOW - this.#asked.size, blocks - this.#next)
    if (count === 0 || this.#asked.size > WINDOW / 2) return
    this.#channel?.send('want', { from: this.#next, count })
    for (let n = 0; n < count; n++) this.#asked.add(this.#next++)
  }

  #block({ index, sha256, data }: Block): void {
    const part = this.#part
    if (this.#phase !== 'moving' || !part || !this.#asked.has(index)) throw new OptiChatError('peer-protocol', 'a block nobody asked for')
    if (data.length !== part.layout.length(index)) throw new OptiChatError('peer-protocol', 'a block of the wrong length')
    if (!createHash('sha256').update(data).digest().equals(sha256)) {
      if (this.#damaged.has(index)) throw new OptiChatError('block-damaged', `block ${index}`)
      this.#damaged.add(index)
      this.#channel?.send('want', { from: index, count: 1 })
      return
    }
    this.#asked.delete(index)
    try {
      part.write(index, data, sha256)
    } catch (error) {
      throw asDiskError(error, this.#o.into)
    }
    this.#progress.touch()
    if (part.have === part.layout.blocks) {
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
    this.#phase = 'finishing'
    this.#progress.flush()
    emit('verifying', { transfer })
    this.#run(async () => {
      const paths = await finish(part, this.#entries, into, clock)
      this.#part = null
      this.#phase = 'over'
      this.#progress.stop()
      this.#channel?.send('done', {})
      clock.after(LINGER, () => this.#channel?.finish(), true)
      const seconds = (clock.elapsed() - this.#started) / 1000
      emit('received', { transfer, paths, bytes: part.layout.bytes, seconds, path: this.#path, missing: [], missingCount: 0 })
      this.#o.over()
    })
  }

  #expired(): void {
    this.#fails(
      this.#untrusted ? new OptiChatError('peer-untrusted') : new OptiChatError('peer-unreachable', 'neither side could connect in time'),
    )
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
    this.#cancelExpiry()
    this.#cancelDial()
    this.#cancelRelay()
    this.#progress.stop()
    /** What cannot be closed cleanly is not trusted either: the next attempt hashes what was not synced. */
    const closed = this.#close().catch(() => undefined)
    this.#ending = closed.then(() => {
      if (tell) this.#o.emit('failed', { transfer: this.ticket.transfer, code: error.code, message: error.message })
      this.#o.over()
    })
    this.#channel?.fail(error)
    return this.#ending
  }

  async #close(): Promise<void> {
    await this.#work
    await this.#part?.quiet()
    this.#part?.closeFiles()
    this.#part = null
  }

  #tellProgress(): void {
    const part = this.#part
    if (part) this.#o.emit('progress', { transfer: this.ticket.transfer, bytes: part.bytes, of: part.layout.bytes })
  }
}

/** @throws OptiChatError `disk-full`, with the numbers, before a byte moves. */
function roomFor(into: string, bytes: number): void {
  const disk = statfsSync(into)
  const free = disk.bavail * disk.bsize
  /** Some network filesystems tell nothing. */
  if (disk.blocks === 0 || free >= bytes) return
  const mib = (n: number) => `${Math.ceil(n / 1_048_576).toLocaleString('en')} MiB`
  throw new OptiChatError('disk-full', `${mib(bytes)} are needed, ${mib(free)} are free`)
}
