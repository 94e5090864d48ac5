import { type Handler, SIGNED_IN } from './handler.ts'

/** This session holds the files of these offers no more. */
export const unserve: Handler<'unserve'> = {
  stages: SIGNED_IN,
  handle({ offers }, session, { transfers }) {
    for (const transfer of transfers) offers.unserve(session, transfer)
    return {}
  },
}
