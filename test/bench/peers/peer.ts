/** What OptiChat is measured beside: a server of a Debian package, with its own configuration in this folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createIdentity } from '../../../core/identity/certificate.ts'
import { type Usage, usageOf } from '../process-usage.ts'
import type { ServerAt } from '../speakers/speaker.ts'

export type PeerName = 'mosquitto' | 'nats' | 'prosody' | 'bare'

export interface Peer {
  readonly name: PeerName
  /** As people know it. */
  readonly title: string
  /** The Debian package, and its program. */
  readonly debian: string
  readonly program: string
  /** What makes it say its version. */
  readonly versionOption: string
  readonly promises: Promises
  /** Starts it in an empty folder, for so many clients. */
  start(of: { folder: string; clients: number }): Promise<Server>
}

/** What a server promises for what the bench asks of it: it stands in the table. */
export interface Promises {
  readonly encrypted: string
  /** Before a message's acknowledgement, where it stores at all. */
  readonly stored: string
}

/** A server that runs. */
export interface Server {
  readonly at: ServerAt
  usage(): Usage
  end(): Promise<void>
}

export const HOST = '127.0.0.1'
/** Every client's. It keeps nobody out: the servers listen on loopback for some seconds. */
export const PASSWORD = 'bench-password'
export const clientName = (n: number): string => `client${n}`

/** Writes a configuration of this folder with its `@WORDS@` filled in, a certificate beside it. @returns its path */
export async function configure(template: string, folder: string, words: Record<string, string>): Promise<string> {
  const { key, certificate } = await createIdentity('localhost')
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'certificate.pem'), certificate)
  const all: Record<string, string> = { FOLDER: folder, USER: userInfo().username, ...words }
  const file = join(folder, template)
  const text = readFileSync(join(import.meta.dirname, template), 'utf8')
  writeFileSync(
    file,
    text.replace(/@([A-Z]+)@/g, (_, word: string) => all[word] ?? ''),
  )
  return file
}

/** Starts a program that then listens at this port of loopback. */
export async function serve(command: readonly string[], at: ServerAt): Promise<Server> {
  const [program = '', ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      said = `${said}${text}`.slice(-4_000)
    })
  }
  child.on('error', (error) => {
    said += error.message
  })
  const end = () => ended(child)
  for (let tries = 0; !(await answers(at.port)); tries++) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined || tries > 400) {
      await end()
      throw new Error(`${program} does not listen: ${said}`)
    }
    await pause(25)
  }
  return {
    at,
    usage() {
      const usage = usageOf(child.pid)
      if (!usage) throw new Error(`${program} has ended: ${said}`)
      return usage
    },
    end,
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  // Its data is thrown away: there is nothing to leave clean.
  child.kill('SIGKILL')
  await gone
}

/** Whether somebody listens there. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, HOST)
  const yes = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'close').then(() => false)]).catch(() => false)
  socket.destroy()
  return yes
}

/** One that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
