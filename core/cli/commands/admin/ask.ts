/** Asking the registry of a data folder, be it running or not. */
import type { ControlAnswer, ControlRequest, ControlVerb } from '../../../registry/control-protocol.ts'
import type { Output } from '../../output.ts'
import { oneLine } from '../../text.ts'
import { dataFolder } from './data.ts'

interface Asking {
  readonly options: { readonly data?: string }
  readonly profile: string
  readonly output: Output
}

/** @throws OptiChatError */
export async function ask<V extends ControlVerb>(context: Asking, verb: V, request: ControlRequest<V>): Promise<ControlAnswer<V>> {
  const { askRegistry } = await import('../../../registry/control-client.ts')
  return askRegistry({ data: dataFolder(context), log: (line) => context.output.warn(oneLine(line)) }, verb, request)
}
