/** A registry as its administrator's command reaches it: the running one by its control socket, a stopped one by its folder. */
import { connect, type Socket } from 'node:net'
import { resolve } from 'node:path'
import { OptiChatError } from '../protocol/errors.ts'
import { openAdmin } from './admin.ts'
import { addressToConnect } from './control-address.ts'
import {
  type ControlAnswer,
  type ControlRequest,
  type ControlVerb,
  formatControlRequest,
  MAX_CONTROL_ANSWER,
  parseControlAnswer,
} from './control-protocol.ts'
import { carryOut } from './control-verbs.ts'

/** Nobody listens: there never was a registry, or it has ended or died. */
const NOBODY = new Set(['ENOENT', 'ECONNREFUSED'])

/**
 * Asks one thing, of whichever there is.
 * @param data the registry's data folder
 * @param log gets what the registry's log would say, when none runs
 * @throws OptiChatError what it answered; `data-unreadable` when there is no registry or it is somebody else's, `data-in-use` when
 *   one runs that does not listen (it is just starting or stopping), `connection-lost` when it ended meanwhile
 */
export async function askRegistry<V extends ControlVerb>(
  options: { data: string; log(line: string): void },
  verb: V,
  request: ControlRequest<V>,
): Promise<ControlAnswer<V>> {
  const data = resolve(options.data)
  const socket = await dial(data)
  if (socket) return parseControlAnswer(verb, await exchange(socket, formatControlRequest(verb, request)))
  const { admin, close } = await openAdmin({ data, log: options.log })
  try {
    return await carryOut(admin, verb, request)
  } finally {
    await close()
  }
}

/** @returns null when nobody listens */
async function dial(data: string): Promise<Socket | null> {
  const failed = (cause: NodeJS.ErrnoException) => {
    if (NOBODY.has(cause.code ?? '')) return null
    throw new OptiChatError('data-unreadable', `${data}: ${cause.message}`, { cause })
  }
  let address: ReturnType<typeof addressToConnect>
  try {
    address = addressToConnect(data)
  } catch (error) {
    return failed(error as NodeJS.ErrnoException)
  }
  try {
    return await new Promise<Socket>((done, reject) => {
      const socket = connect({ path: address.path })
      socket.once('error', reject)
      socket.once('connect', () => done(socket))
    })
  } catch (error) {
    return failed(error as NodeJS.ErrnoException)
  } finally {
    address.release()
  }
}

function exchange(socket: Socket, line: string): Promise<string> {
  return new Promise((done, reject) => {
    const parts: string[] = []
    let length = 0
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => {
      parts.push(part)
      length += part.length
      if (length > MAX_CONTROL_ANSWER) socket.destroy(new OptiChatError('too-large', 'the answer'))
    })
    socket.on('error', (error) => reject(error instanceof OptiChatError ? error : new OptiChatError('connection-lost', error.message)))
    socket.on('close', () => {
      const text = parts.join('')
      if (text.endsWith('\n')) done(text)
      else reject(new OptiChatError('connection-lost', 'the registry ended before it answered'))
    })
    socket.write(line)
  })
}
