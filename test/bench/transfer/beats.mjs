// How late a program's event loop is for a beat of every millisecond.
import { existsSync, openSync, readSync } from 'node:fs'

/** Later than this, ms, is a stall. */
const STALL = 1

/** Of the thread that runs the event loop, by Linux's account: ns in which it could have run and others had the processor. */
const account = existsSync('/proc/self/schedstat') ? openSync('/proc/self/schedstat', 'r') : null
const text = Buffer.alloc(100)
const waited = () => (account === null ? 0 : Number(text.toString('latin1', 0, readSync(account, text, 0, 100, 0)).split(' ')[1]) / 1e6)

let timer = null
let stalls = []

/** Begins to watch. What a stall has in it of waiting for a processor that others had is left out: on two of them, for two people, a registry and the
 * disk's threads, that says nothing about a person's computer. */
export function begin() {
  let [beat, kept] = [performance.now(), waited()]
  stalls = []
  clearInterval(timer)
  timer = setInterval(() => {
    const [at, total] = [performance.now(), waited()]
    const late = at - beat - 1 - (total - kept)
    if (late > STALL) stalls.push({ from: performance.timeOrigin + beat, to: performance.timeOrigin + at, late })
    beat = at
    kept = total
  }, 1)
}

/** Ends it. @returns what there was, in order: between which times (ms since 1970), and how late */
export function end() {
  clearInterval(timer)
  return stalls
}
