/** Two ends of a link in one process: what one sends, the other gets in a later turn, in order. For tests and simulation. */
import { createHmac, randomBytes } from 'node:crypto'
import type { Link, LinkHandlers } from './link.ts'

/** @returns [client's end, registry's end]; each end's `peerFingerprint` is the other's. */
export function memoryPair(options: { fingerprints?: readonly [string | null, string | null] } = {}): [Link, Link] {
  const secret = randomBytes(32)
  const [client, registry] = options.fingerprints ?? [null, null]
  const a = new MemoryLink(secret, registry)
  const b = new MemoryLink(secret, client)
  a.other = b
  b.other = a
  return [a, b]
}

class MemoryLink implements Link {
  readonly remoteAddress = 'memory'
  readonly peerFingerprint: string | null
  other: MemoryLink | null = null
  readonly #secret: Buffer
  #handlers: LinkHandlers | null = null
  #waiting: (() => void)[] = []
  #ended = false
  #unread = 0

  constructor(secret: Buffer, peerFingerprint: string | null) {
    this.#secret = secret
    this.peerFingerprint = peerFingerprint
  }

  get buffered(): number {
    return this.other?.unread ?? 0
  }

  get unread(): number {
    return this.#unread
  }

  exportKey(label: string): Buffer {
    return createHmac('sha256', this.#secret).update(label).digest()
  }

  send(frame: string): void {
    if (!this.#ended) this.other?.receive(frame)
  }

  start(handlers: LinkHandlers): void {
    this.#handlers = handlers
    const waiting = this.#waiting
    this.#waiting = []
    for (const run of waiting) setImmediate(run)
  }

  close(reason: string): void {
    if (this.#ended) return
    this.#later(() => this.end(reason))
    this.other?.closedBy(reason)
  }

  destroy(): void {
    this.close('lost')
  }

  receive(frame: string): void {
    this.#unread += frame.length
    this.#later(() => {
      this.#unread -= frame.length
      if (!this.#ended) this.#handlers?.frame(frame)
    })
  }

  closedBy(reason: string): void {
    this.#later(() => this.end(reason))
  }

  end(reason: string): void {
    if (this.#ended) return
    this.#ended = true
    this.#handlers?.ended(reason)
  }

  #later(run: () => void): void {
    if (this.#handlers) setImmediate(run)
    else this.#waiting.push(run)
  }
}
