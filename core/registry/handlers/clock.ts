import { GREETED, type Handler } from './handler.ts'

/** The time here, for a doctor to hold its own against. */
export const clock: Handler<'clock'> = {
  stages: GREETED,
  handle: ({ clock }) => ({ now: clock.now() }),
}
