/** Asks a registry which others it knows of: they are hints where to look, no more. */
import { OptiChatError } from '../protocol/errors.ts'
import type { Neighbour } from '../protocol/messages.ts'
import type { Session } from './session.ts'

/** Hands on what it answers; one that does not know the question knows of none. */
export async function askForNeighbours(session: Session, heardOf: (registries: readonly Neighbour[]) => void): Promise<void> {
  try {
    const { registries } = await session.request('registries', {})
    if (registries.length > 0) heardOf(registries)
  } catch (error) {
    // An older registry refuses what it does not know; a lost one is asked again at the next connection.
    if (!(error instanceof OptiChatError)) throw error
  }
}
