/** What a transfer card says of each state. */
import type { Transfer, TransferPart } from '../../bridge.ts'
import { bytes, duration, took } from '../format.ts'
import { counted, msg, str } from '../i18n/text.ts'
import { wordsFor } from '../words.ts'

/** `4.2 MB of 12 MB · 3.1 MB/s · 40 s left`. */
export function progressLine(done: number, of: number, rate: number | null): string {
  const amount = msg(str`${bytes(done)} of ${bytes(of)}`)
  if (rate === null) return amount
  if (rate < 1) return msg(str`${amount} · stalled`)
  return msg(str`${amount} · ${bytes(rate)}/s · ${duration((of - done) / rate)} left`)
}

/** For the one who receives. */
export function receivedLine(transfer: Transfer, part: TransferPart | undefined, from: string): string {
  const folder = transfer.into ?? folderOf(transfer.paths)
  switch (part?.state) {
    case 'accepted':
      return part.code ? sentence(part.code) : msg(str`Waiting for ${from}’s computer…`)
    case 'connecting':
      return msg(str`Connecting to ${from}’s computer…`)
    case 'moving':
      return part.path === 'relay' ? msg('Receiving through the registry') : msg('Receiving')
    case 'verifying':
      return msg('Checking what has arrived…')
    case 'paused':
      if (part.code === 'disk-full') return msg('The disk is full. It goes on by itself once there is room.')
      return part.code === undefined ? msg('Paused') : msg(str`Paused by ${from}`)
    case 'done':
      return folder ? msg(str`Saved in ${folder}`) : msg('Saved')
    case 'declined':
      return msg('You declined.')
    case 'withdrawn':
      return msg(str`${from} took it back.`)
    case 'cancelled':
      return msg('Cancelled.')
    case 'failed':
      return part.missingCount ? missingLine(part.missingCount) : sentence(part.code)
    default:
      return msg(str`${from} would like to send you this.`)
  }
}

/** For the one who sends, of each recipient. */
export function sentLine({ user: { name }, state, code, seconds, missingCount }: TransferPart): string {
  switch (state) {
    case 'offered':
      return msg(str`${name} has not answered yet`)
    case 'accepted':
      return msg(str`${name} accepted`)
    case 'connecting':
      return msg(str`Connecting to ${name}…`)
    case 'moving':
      return msg(str`Sending to ${name}`)
    case 'verifying':
      return msg(str`${name} is checking what has arrived…`)
    case 'paused':
      return code === 'paused' ? msg(str`Paused by ${name}`) : msg(str`${name}: paused`)
    case 'done':
      return seconds === undefined ? msg(str`${name} has it`) : msg(str`${name} has it · took ${took(seconds)}`)
    case 'declined':
      return msg(str`${name} declined`)
    case 'withdrawn':
      return msg(str`Taken back from ${name}`)
    case 'cancelled':
      return msg(str`${name}: cancelled`)
    case 'failed':
      if (missingCount) return msg(str`${name}: ${missingLine(missingCount)}`)
      return msg(str`${name}: ${wordsFor(code).message} ${name} can try again.`)
  }
}

const missingLine = (count: number): string =>
  counted(count, 'All but # file arrived: it could not be read.', 'All but # files arrived: they could not be read.')

function sentence(code: TransferPart['code']): string {
  const { message, next } = wordsFor(code)
  return `${message} ${next}`.trim()
}

function folderOf(paths: readonly string[] | undefined): string | undefined {
  return paths?.[0]?.replace(/[\\/][^\\/]*$/, '')
}
