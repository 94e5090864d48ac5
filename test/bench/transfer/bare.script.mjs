// Both ends of nothing but what Node has to do: TLS 1.3 over one connection, whole blocks to the disk past the system's cache where it has that,
// as OptiChat does, and no check, no frame, no resume. So that what Node costs can be told from what OptiChat does. Asked as side.script.mjs is.
import { constants } from 'node:crypto'
import { closeSync, fdatasyncSync, constants as fileConstants, openSync, readFileSync, readSync, write, writeSync } from 'node:fs'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { answer } from './side-commands.mjs'

const BLOCK = 1024 * 1024
const SLICE = 64 * 1024
/** Blocks that may be on their way to the disk or be filled: see `WINDOW` in core/transfer/limits.ts. */
const BLOCKS = 16
const PAGE = 4096
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

/** A file that is filled block by block, each written while the next is filled. */
function receiver(target) {
  const { O_WRONLY, O_DIRECT = 0 } = fileConstants
  const fd = openSync(target, 'wx')
  const past = openSync(target, O_WRONLY | O_DIRECT)
  const memory = new WebAssembly.Memory({ initial: (BLOCKS * BLOCK) / SLICE }).buffer
  const free = Array.from({ length: BLOCKS }, (_, n) => Buffer.from(memory, n * BLOCK, BLOCK))
  const full = []
  let [block, filled, written, isWriting] = [free.pop(), 0, 0, false]
  let [go, ended] = [null, null]
  const next = (fail) => {
    if (full.length === 0) {
      ended?.()
      return
    }
    isWriting = true
    write(past, full[0], 0, BLOCK, written, (error, bytes) => {
      if (error || bytes !== BLOCK) {
        fail(error ?? new Error('not all was written'))
        return
      }
      isWriting = false
      written += BLOCK
      free.push(full.shift())
      go?.()
      go = null
      next(fail)
    })
  }
  return {
    /** False: no more until `goOn`. */
    take(bytes, goOn, fail) {
      for (let at = 0; at < bytes.length; ) {
        const copied = bytes.copy(block, filled, at)
        at += copied
        filled += copied
        if (filled < BLOCK) continue
        full.push(block)
        block = free.pop()
        filled = 0
        if (!isWriting) next(fail)
      }
      if (free.length > 0) return true
      go = goOn
      return false
    },
    end(done, fail) {
      ended = () => {
        const whole = filled - (filled % PAGE)
        writeSync(past, block, 0, whole, written)
        writeSync(fd, block, whole, filled - whole, written + whole)
        fdatasyncSync(fd)
        for (const one of [past, fd]) closeSync(one)
        done()
      }
      if (!isWriting) next(fail)
    },
  }
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
      const file = receiver(target)
      const buffer = Buffer.allocUnsafeSlow(SLICE)
      const onread = { buffer, callback: (length) => file.take(buffer.subarray(0, length), () => socket.resume(), reject) }
      const socket = connect({ ...tls, host, port, rejectUnauthorized: false, onread })
      socket.once('secureConnect', () => socket.write(`${path}\n`))
      socket.once('error', reject)
      socket.once('end', () => file.end(() => resolve({}), reject))
    }),
  close() {
    setImmediate(() => process.exit(0))
    return {}
  },
}

await answer(commands)
