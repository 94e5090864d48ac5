/** What becomes of the connection, for one who stays: that it was lost, why, and for how long one was away. */
import type { Connection } from '../client/client.ts'
import { type ErrorCode, OptiChatError } from '../protocol/errors.ts'
import type { Output } from './output.ts'
import { durationText } from './text.ts'

/** @returns to be told each state of a connection that was on */
export function tellConnection(output: Output): (state: Connection) => void {
  let lost = false
  const why = (code: ErrorCode) => `${new OptiChatError(code).message} [${code}]`
  return (state) => {
    if (state.at === 'waiting' && !lost) {
      lost = true
      const { code } = state.away ?? state
      output.warn(`optichat: the connection is lost, and tried again by itself: ${why(code)}`)
    } else if (state.at === 'online') {
      const { away } = state
      if (away) output.warn(`optichat: connected again after ${durationText(away.until - away.since)}: ${why(away.code)}`)
      else if (lost) output.warn('optichat: connected')
      lost = false
    } else if (state.at === 'refused') output.error(new OptiChatError(state.code))
  }
}
