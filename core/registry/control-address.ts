/** Where a running registry can be reached by whoever owns its data folder. */
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const SOCKET = 'control.sock'
/** Windows: the pipe's name, which nobody can guess and take before. */
const PIPE = 'control.pipe'

/** Bytes of a Unix socket's path: `sun_path` of macOS, less its end. */
const MAX_SOCKET_PATH = 103

export interface ControlAddress {
  /** For `listen` and `connect`. */
  readonly path: string
  /** After it was used: for a listener, when it is closed. */
  release(): void
}

/** A socket in the folder: its permissions are the folder's. A longer path than a socket can have is shortened where the system can. */
function socketIn(data: string): ControlAddress {
  const path = join(data, SOCKET)
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH || process.platform !== 'linux') return { path, release: () => undefined }
  const folder = openSync(data, 'r')
  return { path: `/proc/self/fd/${folder}/${SOCKET}`, release: () => closeSync(folder) }
}

/** For the registry that has the folder's lock: what an earlier one left is taken away. @throws the system's errors */
export function addressToListen(data: string): ControlAddress {
  if (process.platform === 'win32') {
    const path = `\\\\.\\pipe\\optichat-${randomBytes(16).toString('hex')}`
    writeFileSync(join(data, PIPE), path)
    return { path, release: () => rmSync(join(data, PIPE), { force: true }) }
  }
  rmSync(join(data, SOCKET), { force: true })
  const { path, release } = socketIn(data)
  return {
    path,
    release() {
      rmSync(join(data, SOCKET), { force: true })
      release()
    },
  }
}

/** @throws the system's errors, ENOENT when no registry was started there */
export function addressToConnect(data: string): ControlAddress {
  if (process.platform !== 'win32') return socketIn(data)
  return { path: readFileSync(join(data, PIPE), 'utf8'), release: () => undefined }
}
