import type { TLSSocket } from 'node:tls'
import type { Clock } from '../protocol/clock.ts'
import { asOptiChatError, isErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Budgets } from './budget.ts'
import { type Block, FrameReader } from './frame-reader.ts'
import type { Intake } from './intake.ts'
import { DRIP_INTERVALS, ECHO_TIMEOUT, LINGER, PING_INTERVAL, PROOF_TIMEOUT, SILENT_INTERVALS, SLICE } from './limits.ts'
import { isOwnAddress } from './own-address.ts'
import { exporterOf } from './peer-tls.ts'
import { type ControlBody, type ControlFrame, type ControlKind, formatControl } from './wire.ts'

/** What the current holder of a channel does with what comes. Anything thrown ends the channel with that error, told to the peer. */
export interface ChannelHandlers {
  control(frame: Exclude<ControlFrame, { kind: 'ping' | 'fail' }>): void
  /** Lines of the manifest, to keep; and blocks. Without these, none may come. */
  entries?(lines: Buffer): void
  block?(block: Block): void
  /** Whether bytes should be coming: a peer that drips them does not hold a channel for ever. */
  expecting?(): boolean
  /** Once, whichever side or the network ended it; not after `finish`. */
  ended(error: OptiChatError): void
}

/** Frames over one TLS socket whose peer's certificate is known. Takes care of pings, silence, and of ending for a reason. */
export class PeerChannel {
  readonly fingerprint: string
  /** TLS exporter of this connection, asked for right after the handshake: a socket that has gone meanwhile has none. */
  readonly exporter: Buffer
  /** Whoever holds the channel sets this, in the turn in which it got it. */
  handlers: ChannelHandlers
  readonly #socket: TLSSocket
  readonly #clock: Clock
  readonly #budgets: Budgets
  readonly #reader: FrameReader
  #over = false
  #proven = false
  #silent = 0
  #wrote = true
  /** Beats in a row at which this end's address was not there. */
  #homeless = 0
  /** Bytes that moved either way since it was last looked whether anything does, and beats since. */
  #moved = 0
  #beats = 0
  /** Nothing is read for now, so that a cap is kept. */
  #held = false
  /** The frame that is going out in slices, and the frames that wait for its end. */
  #block: { readonly data: Buffer; at: number; readonly written: () => void } | null = null
  readonly #waiting: { readonly frame: Buffer; readonly written: (() => void) | undefined }[] = []
  #cancelTimer: () => void
  #onProvenOrOver: (() => void) | null = null

  constructor(options: {
    socket: TLSSocket
    /** Where the socket's bytes come, if not in its events. */
    intake?: Intake | undefined
    fingerprint: string
    clock: Clock
    budgets: Budgets
    handlers: ChannelHandlers
  }) {
    this.#socket = options.socket
    this.fingerprint = options.fingerprint
    this.exporter = exporterOf(options.socket)
    this.#clock = options.clock
    this.#budgets = options.budgets
    this.handlers = options.handlers
    this.#reader = new FrameReader({
      control: (frame) => this.#control(frame),
      entries: (lines) => (this.handlers.entries ?? refuse)(lines),
      block: (block) => (this.handlers.block ?? refuse)(block),
    })
    this.#cancelTimer = this.#clock.after(PROOF_TIMEOUT, () => this.#over || this.#lost(new OptiChatError('timed-out', 'no proof came')))
    const socket = this.#socket
    socket.setNoDelay(true)
    if (options.intake) options.intake.take = (bytes) => this.#data(bytes)
    else socket.on('data', (chunk: Buffer) => this.#data(chunk))
    socket.on('error', (cause) => this.#lost(new OptiChatError('connection-lost', undefined, { cause })))
    // No end is half open: a killed peer's kernel may say just this, and what we still write would wait for nobody.
    socket.on('end', () => this.#lost(new OptiChatError('connection-lost')))
    socket.on('close', () => this.#lost(new OptiChatError('connection-lost')))
  }

  get over(): boolean {
    return this.#over
  }

  /** `run` is called once, when the peer is proven or the channel is over. */
  whenProvenOrOver(run: () => void): void {
    if (this.#proven || this.#over) run()
    else this.#onProvenOrOver = run
  }

  /** The peer has proven its ticket: from now on large frames may come, and silence ends the channel instead of the proof's deadline. */
  trust(): void {
    this.#proven = true
    this.#reader.trust()
    this.#cancelTimer()
    this.#beat()
    this.#settle()
  }

  send<K extends ControlKind>(kind: K, body: ControlBody<K>): void {
    this.write(formatControl(kind, body))
  }

  /** One whole frame. `written` is called when it has left this process, not after the end. */
  write(frame: Buffer, written?: () => void): void {
    if (this.#over) return
    this.#wrote = true
    if (this.#block) this.#waiting.push({ frame, written })
    else this.#socket.write(frame, (error) => this.#left(error, written))
  }

  /**
   * A frame with much data, in slices: the next one when the last has left, so that what waits in the socket is bounded and
   * other sockets get their turn. Other frames wait for its end, a FAIL too. `data` is in use until `written`, or the end.
   */
  writeBlock(header: Buffer, data: Buffer, written: () => void): void {
    if (this.#over) return
    this.#block = { data, at: 0, written }
    this.#socket.write(header)
    this.#slice()
  }

  /** Ends it for a reason, which the peer is told. `ended` is called with it. */
  fail(error: OptiChatError): void {
    if (this.#over) return
    this.send('fail', error.detail ? { code: error.code, detail: error.detail.slice(0, 600) } : { code: error.code })
    this.#lost(error, true)
  }

  /** Ends it now, saying nothing to a stranger. `ended` is called. */
  drop(error: OptiChatError): void {
    this.#lost(error)
  }

  /** All is said: closes once what was sent has left. `ended` is not called. */
  finish(): void {
    if (this.#over) return
    this.#endIt(true)
  }

  /** Ends it if this end's address is gone or the peer does not answer soon. */
  nudge(): void {
    if (this.#over) return
    if (this.#isHomeless()) {
      this.#lost(new OptiChatError('connection-lost', 'the address of this computer changed'))
      return
    }
    this.#silent = Math.max(1, this.#silent)
    this.send('ping', { echo: true })
    this.#clock.after(ECHO_TIMEOUT, () => this.#silent > 0 && this.#lost(new OptiChatError('connection-lost', 'no answer came')), true)
  }

  #data(chunk: Buffer): void {
    this.#silent = 0
    if (this.#over) return
    this.#moved += chunk.length
    this.#budgets.down.spend(chunk.length)
    this.#guard(() => this.#reader.push(chunk))
    this.#hold()
  }

  /** Reads on when the cap allows it: meanwhile the network holds the sender back. */
  #hold(): void {
    const wait = this.#over ? 0 : this.#budgets.down.wait()
    if (wait > 0) {
      if (!this.#held) this.#socket.pause()
      this.#held = true
      this.#clock.after(wait, () => this.#hold(), true)
    } else if (this.#held) {
      this.#held = false
      this.#socket.resume()
    }
  }

  #slice(): void {
    const block = this.#block
    if (!block || this.#socket.destroyed) return
    this.#wrote = true
    if (block.at < block.data.length) {
      const wait = this.#budgets.up.wait()
      if (wait > 0) {
        this.#clock.after(wait, () => this.#slice(), true)
        return
      }
      const slice = block.data.subarray(block.at, block.at + SLICE)
      block.at += slice.length
      this.#budgets.up.spend(slice.length)
      this.#socket.write(slice, (error) => {
        this.#moved += slice.length
        if (!error) this.#slice()
      })
      return
    }
    this.#block = null
    for (const { frame, written } of this.#waiting.splice(0)) this.#socket.write(frame, (error) => this.#left(error, written))
    if (this.#over) this.#socket.end()
    else this.#guard(block.written)
  }

  #left(error: Error | null | undefined, written: (() => void) | undefined): void {
    if (!error && !this.#over && written) this.#guard(written)
  }

  /** Runs what may throw: a broken rule of the peer, or a fault of the disk. A stranger who talks nonsense is told nothing. */
  #guard(run: () => void): void {
    try {
      run()
    } catch (thrown) {
      const error = asOptiChatError(thrown)
      if (this.#proven || error.code !== 'peer-protocol') this.fail(error)
      else this.drop(error)
    }
  }

  #control(frame: ControlFrame): void {
    if (frame.kind === 'ping') {
      if (frame.body.echo) this.send('ping', {})
      return
    }
    if (frame.kind === 'fail') {
      const { code, detail } = frame.body
      const readable = detail?.replace(/[\p{Cc}\p{Cf}]/gu, ' ')
      this.#lost(isErrorCode(code) ? new OptiChatError(code, readable) : new OptiChatError('peer-protocol', `it failed with ${code}`))
      return
    }
    this.handlers.control(frame)
  }

  /** Counting turns of a timer, not time: after this machine slept or its disk stalled, the peer gets its chance first. */
  #beat(): void {
    this.#cancelTimer = this.#clock.after(PING_INTERVAL, () => {
      if (this.#over) return
      if (!this.#held && ++this.#silent > SILENT_INTERVALS) {
        this.#lost(new OptiChatError('connection-lost', 'nothing came for 20 seconds'))
        return
      }
      this.#homeless = this.#isHomeless() ? this.#homeless + 1 : 0
      if (this.#homeless > 1) {
        this.#lost(new OptiChatError('connection-lost', 'the address of this computer changed'))
        return
      }
      if (this.#drips()) {
        this.fail(new OptiChatError('timed-out', 'next to nothing moved for five minutes'))
        return
      }
      if (!this.#wrote && !this.#block) this.send('ping', {})
      this.#wrote = false
      this.#beat()
    })
  }

  /** Looked at every five minutes. */
  #drips(): boolean {
    if (++this.#beats < DRIP_INTERVALS) return false
    const isBusy = this.#block !== null || this.handlers.expecting?.() === true
    const drips = isBusy && this.#moved < SLICE
    this.#beats = 0
    this.#moved = 0
    return drips
  }

  #isHomeless(): boolean {
    const address = this.#socket.localAddress
    return address !== undefined && !isOwnAddress(address)
  }

  #lost(error: OptiChatError, polite = false): void {
    if (this.#over) return
    this.#endIt(polite)
    this.handlers.ended(error)
  }

  #endIt(polite: boolean): void {
    this.#over = true
    this.#reader.stop()
    this.#cancelTimer()
    this.#settle()
    const socket = this.#socket
    if (!polite) {
      socket.destroy()
      return
    }
    if (!this.#block) socket.end()
    const cancel = this.#clock.after(LINGER, () => socket.destroy(), true)
    socket.once('close', cancel)
  }

  #settle(): void {
    this.#onProvenOrOver?.()
    this.#onProvenOrOver = null
  }
}

const refuse = () => {
  throw new OptiChatError('peer-protocol', 'what is sent is not for a sender')
}
