/** One computer in a process of its own: a registry or somebody's client, whose time runs fast and whose clock can be set. */
import type { Client, Connection } from '../../core/client/client.ts'
import { openClient } from '../../core/client/open.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { serveCalls } from '../bench/calls.ts'
import { passwordOf } from '../support/people.ts'
import { fastClock } from './fast-clock.ts'

let clock = fastClock(1)
let client: Client | null = null
const states: Connection[] = []

const theClient = () => {
  if (!client) throw new Error('no client')
  return client
}

const calls = {
  async registry({ data, port, speed, ahead }: { data: string; port: number; speed: number; ahead: number }): Promise<number> {
    clock = fastClock(speed)
    clock.set(ahead)
    return (await startRegistry({ data, name: 'Machine', port, host: '127.0.0.1', clock, log: () => undefined })).port
  },

  async client({ profile, speed }: { profile: string; speed: number }): Promise<void> {
    clock = fastClock(speed)
    client = await openClient({ profile, clock, peer: { host: '127.0.0.1' } })
    client.on('connection', (state) => states.push(state))
    await client.connect().catch(() => undefined)
  },

  /** Makes an account, by a clock that runs at its usual speed, and leaves. */
  async register({ profile, name, port }: { profile: string; name: string; port: number }): Promise<void> {
    const newcomer = await openClient({ profile, peer: { host: '127.0.0.1' } })
    await newcomer.register({ host: '127.0.0.1', port }, name, passwordOf(name))
    await newcomer.close()
  },

  /** Sets the clock ahead by so many milliseconds, or back. */
  setClock: ({ by }: { by: number }): void => clock.set(by),
  queue: ({ text }: { text: string }): Promise<unknown> => theClient().queue('everyone', text),

  /** What a person sees: who is online, all that was said in its order, and the states of the connection so far. */
  look() {
    const said = theClient().history({ conversation: 'everyone', limit: 1_000 })
    return {
      online: theClient()
        .roster()
        .flatMap(({ name, presence }) => (presence === 'online' ? [name] : [])),
      texts: said.flatMap(({ body, state }) => (body.kind === 'text' && state === undefined ? [body.text] : [])),
      connection: theClient().connection,
      states,
    }
  },
}

export type MachineCalls = typeof calls
serveCalls(calls)
