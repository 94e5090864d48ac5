import { GREETED, type Handler } from './handler.ts'

/** Tries for a doctor who reaches whom. */
export const reach: Handler<'reach'> = {
  stages: GREETED,
  handle: ({ reaches }, session, { port, user }) => reaches.reach(session, port, user),
}
