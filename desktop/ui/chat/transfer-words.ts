/** What a transfer card says of each state. */
import type { Transfer, TransferPart, TransferState } from '../../bridge.ts'
import { bytes, duration, took } from '../format.ts'
import { wordsFor } from '../words.ts'

const GOING: readonly TransferState[] = ['connecting', 'moving', 'verifying']
const ENDED: readonly TransferState[] = ['done', 'declined', 'withdrawn', 'cancelled']

/** Something happens by itself just now. */
export const isGoing = (state: TransferState): boolean => GOING.includes(state)
/** Nothing can happen any more. */
export const isEnded = (state: TransferState): boolean => ENDED.includes(state)

/** `4.2 MB of 12 MB · 3.1 MB/s · 40 s left`. */
export function progressLine(done: number, of: number, rate: number | null): string {
  const amount = `${bytes(done)} of ${bytes(of)}`
  if (rate === null) return amount
  if (rate < 1) return `${amount} · stalled`
  return `${amount} · ${bytes(rate)}/s · ${duration((of - done) / rate)} left`
}

/** For the one who receives. */
export function receivedLine(transfer: Transfer, part: TransferPart | undefined, from: string): string {
  const folder = transfer.into ?? folderOf(transfer.paths)
  switch (part?.state) {
    case 'accepted':
      return part.code ? sentence(part.code) : `Waiting for ${from}’s computer…`
    case 'connecting':
      return `Connecting to ${from}’s computer…`
    case 'moving':
      return part.path === 'relay' ? 'Receiving through the registry' : 'Receiving'
    case 'verifying':
      return 'Checking what has arrived…'
    case 'done':
      return folder ? `Saved in ${folder}` : 'Saved'
    case 'declined':
      return 'You declined.'
    case 'withdrawn':
      return `${from} took it back.`
    case 'cancelled':
      return 'Cancelled.'
    case 'failed':
      return sentence(part.code)
    default:
      return `${from} would like to send you this.`
  }
}

/** For the one who sends, of each recipient. */
export function sentLine(part: TransferPart): string {
  const { user, state } = part
  switch (state) {
    case 'offered':
      return `${user.name} has not answered yet`
    case 'accepted':
      return `${user.name} accepted`
    case 'connecting':
      return `Connecting to ${user.name}…`
    case 'moving':
      return `Sending to ${user.name}`
    case 'verifying':
      return `${user.name} is checking what has arrived…`
    case 'done':
      return `${user.name} has it${part.seconds === undefined ? '' : ` · took ${took(part.seconds)}`}`
    case 'declined':
      return `${user.name} declined`
    case 'withdrawn':
      return `Taken back from ${user.name}`
    case 'cancelled':
      return `${user.name}: cancelled`
    case 'failed':
      return `${user.name}: ${wordsFor(part.code).message} ${user.name} can try again.`
  }
}

function sentence(code: TransferPart['code']): string {
  const { message, next } = wordsFor(code)
  return `${message} ${next}`
}

function folderOf(paths: readonly string[] | undefined): string | undefined {
  return paths?.[0]?.replace(/[\\/][^\\/]*$/, '')
}
