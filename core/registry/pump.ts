/** One direction of a wire: what comes in at one end goes out at the other, no faster than that takes it and than the paces allow. */
import type { Duplex } from 'node:stream'
import type { Clock } from '../protocol/clock.ts'
import { RELAY_BUFFER } from './limits.ts'
import type { Pace } from './pace.ts'

export function pump(wire: { from: Duplex; to: Duplex; paces: readonly Pace[]; clock: Clock; passed(bytes: number): void }): void {
  const { from, to, paces, clock, passed } = wire
  /** Reasons to wait: `to` is full, a pace. */
  let waits = 0
  let full = false
  const wait = () => {
    if (++waits === 1) from.pause()
  }
  const goOn = () => {
    if (--waits === 0 && !from.destroyed) from.resume()
  }
  from.on('data', (chunk: Buffer) => {
    if (to.destroyed) return
    passed(chunk.length)
    to.write(chunk)
    if (to.writableLength > RELAY_BUFFER && !full) {
      full = true
      wait()
      to.once('drain', () => {
        full = false
        goOn()
      })
    }
    const millis = Math.max(...paces.map((pace) => pace.take(chunk.length)))
    if (millis > 0) {
      wait()
      clock.after(millis, goOn, true)
    }
  })
  from.on('end', () => to.end())
  // Gone without a goodbye: the other end of the wire sees the same.
  from.on('close', () => {
    if (!from.readableEnded) to.destroy()
  })
}
