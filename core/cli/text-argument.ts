/** The text of a message as the command line has it. */
import { text as readAll } from 'node:stream/consumers'
import { OptiChatError } from '../protocol/errors.ts'
import { MAX_TEXT } from '../protocol/limits.ts'
import { because } from '../protocol/reasons.ts'
import { type Context, type OptionSpecs, UsageError } from './command.ts'

/**
 * The argument itself, or with `-` what is piped in, without its last line end.
 * @throws UsageError when there is none; OptiChatError `too-large`
 */
export async function textArgument<O extends OptionSpecs>({ lifetime }: Context<O>, written = ''): Promise<string> {
  const text = written === '-' ? (await lifetime.race(readAll(process.stdin))).replace(/\r?\n$/, '') : written
  if (text === '') throw new UsageError('There is no text to send.')
  if (text.length > MAX_TEXT) throw new OptiChatError('too-large', because('text-long', { length: text.length, most: MAX_TEXT }))
  return text
}
