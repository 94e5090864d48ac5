/**
 * Takes what a dialled socket receives into one buffer, used again and again: half of what reading costs Node otherwise goes into a fresh
 * buffer and an event for every 16 KiB. Only for sockets that we dial: Node has no such thing for those that a server accepts.
 */
export class Intake {
  /** What to do with bytes, valid during the call only. Whoever has the socket sets it, in the turn in which it connected. */
  take: (bytes: Buffer) => void = () => undefined
  readonly #buffer = Buffer.allocUnsafeSlow(64 * 1024)

  /** The option `onread` of `tls.connect`. */
  readonly onread = {
    buffer: this.#buffer,
    callback: (length: number): boolean => {
      this.take(this.#buffer.subarray(0, length))
      return true
    },
  }
}
