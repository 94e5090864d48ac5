import { dialableEndpoints } from '../endpoints.ts'
import { type Handler, SIGNED_IN } from './handler.ts'

/** Notes where this session's peer server can be dialled. */
export const endpoints: Handler<'endpoints'> = {
  stages: SIGNED_IN,
  handle(_context, session, request) {
    session.endpoints = dialableEndpoints(request.endpoints, session.address)
    return {}
  },
}
