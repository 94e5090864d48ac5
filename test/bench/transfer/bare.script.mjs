// Both ends of nothing but what Node has to do: TLS 1.3 over one connection, synchronous file I/O, no check, no frame, no resume.
// So that what Node costs can be told from what OptiChat does. Asked as side.script.mjs is.
import { constants } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { answer } from './side-commands.mjs'

const BLOCK = 1024 * 1024
const SLICE = 64 * 1024
/** As much as is written to the file at once: see `WRITE` in core/transfer/limits.ts. */
const WRITE = 256 * 1024
const tls = { minVersion: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256', secureOptions: constants.SSL_OP_NO_TICKET }

/** The file that the first line names, block by block, a slice when the last has left. */
function send(socket, path) {
  const fd = openSync(path, 'r')
  const block = Buffer.allocUnsafeSlow(BLOCK)
  let [at, end] = [0, 0]
  const next = () => {
    if (at === end) [at, end] = [0, readSync(fd, block)]
    if (end === 0) {
      closeSync(fd)
      socket.end()
      return
    }
    const slice = block.subarray(at, Math.min(end, at + SLICE))
    at += slice.length
    socket.write(slice, next)
  }
  next()
}

const commands = {
  serve: ({ folder, host, port }) => {
    const server = createServer(
      { ...tls, key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'certificate.pem')) },
      (socket) => {
        socket.setNoDelay(true)
        socket.on('error', () => socket.destroy())
        socket.once('data', (line) => send(socket, `${line}`.trim()))
      },
    )
    return new Promise((resolve) => server.listen(port, host, () => resolve({})))
  },
  fetch: ({ host, port, path, target }) =>
    new Promise((resolve, reject) => {
      const fd = openSync(target, 'wx')
      const block = Buffer.allocUnsafeSlow(WRITE)
      let filled = 0
      const write = () => {
        writeSync(fd, block, 0, filled)
        filled = 0
      }
      const buffer = Buffer.allocUnsafeSlow(SLICE)
      const take = (length) => {
        for (let at = 0; at < length; ) {
          const copied = buffer.copy(block, filled, at, length)
          at += copied
          filled += copied
          if (filled === WRITE) write()
        }
        return true
      }
      const socket = connect({ ...tls, host, port, rejectUnauthorized: false, onread: { buffer, callback: take } })
      socket.once('secureConnect', () => socket.write(`${path}\n`))
      socket.once('error', reject)
      socket.once('end', () => {
        write()
        fdatasyncSync(fd)
        closeSync(fd)
        resolve({})
      })
    }),
  close() {
    setImmediate(() => process.exit(0))
    return {}
  },
}

await answer(commands)
