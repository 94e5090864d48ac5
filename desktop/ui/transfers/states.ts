/** What can still happen to a transfer. */
import type { Transfer, TransferState } from '../../bridge.ts'

const MOVING: ReadonlySet<TransferState> = new Set(['connecting', 'moving', 'verifying'])
const ENDED: ReadonlySet<TransferState> = new Set(['done', 'declined', 'withdrawn', 'cancelled'])

/** Something happens by itself just now. */
export const isGoing = (state: TransferState): boolean => MOVING.has(state)
/** Nothing can happen any more. */
export const isEnded = (state: TransferState): boolean => ENDED.has(state)

/** Bytes are moving, or are about to. */
export const goesOn = ({ parts }: Transfer): boolean => parts.some(({ state }) => isGoing(state))

/** Nothing can happen any more, for nobody. */
export const isOver = ({ parts }: Transfer): boolean => parts.length > 0 && parts.every(({ state }) => isEnded(state))

/** Somebody waits for the person here: to say yes, to try again. */
export const asksForSomething = ({ direction, parts }: Transfer): boolean =>
  direction === 'receive' && parts.some(({ state }) => state === 'offered' || state === 'failed')
