/** A registry's ear for doctors: hears their questions by multicast on every interface, answers them, and remembers which it heard. */
import { type Clock, systemClock } from '../../core/protocol/clock.ts'
import type { Nic } from '../interfaces.ts'
import { keepPerNic, lookAt } from '../per-nic.ts'
import { TIMINGS } from '../timings.ts'
import { familiesOf, type GroupSocket, openGroup } from './group-socket.ts'
import { type DoctorQuestion, encodeAnswer } from './question.ts'

/** Milliseconds for which a question that was heard is remembered: its doctor asks right away. */
const MEMORY = 30_000

/** Questions remembered at once. */
const MOST_REMEMBERED = 256

/** Answers in a second, all together: each goes to everybody on the network. */
const MOST_ANSWERS = 20

export interface AnswerOptions {
  /** Of the registry's certificate. */
  readonly fingerprint: string
  /** Names or IPv4 addresses of the interfaces; all accepted ones unless given. */
  readonly interfaces?: readonly string[]
  /** Whether others than the one at this address reach the registry's port now; null: that cannot be said. */
  openToOthers(but: string): Promise<boolean | null>
  /** Something failed on an interface and is tried again. */
  trouble?(what: { interface: string; message: string }): void
  readonly clock?: Clock
}

export interface DoctorAnswering {
  /** Whether a question of this token was heard; says it aloud by multicast, too, so that a doctor learns whether that comes through. */
  heard(token: string): boolean
  stop(): Promise<void>
}

export function answerDoctors(options: AnswerOptions): DoctorAnswering {
  const clock = options.clock ?? systemClock
  const { fingerprint } = options
  const remembered = new Map<string, number>()
  const sockets = new Set<GroupSocket>()
  let second = 0
  let answers = 0

  const mayAnswer = () => {
    const now = Math.floor(clock.elapsed() / 1_000)
    if (now !== second) [second, answers] = [now, 0]
    answers += 1
    return answers <= MOST_ANSWERS
  }
  const remember = (token: string) => {
    remembered.delete(token)
    remembered.set(token, clock.elapsed())
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED) break
      remembered.delete(oldest)
    }
  }
  const answer = async (socket: GroupSocket, { token, about }: DoctorQuestion, from: string) => {
    remember(token)
    if (!mayAnswer()) return
    const open = about === 'port' ? await options.openToOthers(from.replace(/%.*$/, '')) : null
    await socket.send(encodeAnswer({ token, about, fingerprint, open }))
  }

  const nics = keepPerNic({
    clock,
    poll: TIMINGS.poll,
    slept: TIMINGS.slept,
    look: lookAt(options.interfaces),
    trouble: (what) => options.trouble?.(what),
    open(nic: Nic, broken) {
      const opened = familiesOf(nic).map((family) => {
        const socket = openGroup(nic, family, {
          heard: (what, from) => {
            if (what.kind !== 'question') return
            answer(socket, what, from).catch((error: unknown) => nics.trouble(nic, String(error)))
          },
          broken: (message) => {
            nics.trouble(nic, message)
            broken()
          },
        })
        sockets.add(socket)
        return socket
      })
      return {
        async close() {
          for (const socket of opened) {
            sockets.delete(socket)
            socket.close()
          }
        },
      }
    },
  })
  return {
    heard(token) {
      const at = remembered.get(token)
      if (mayAnswer()) for (const socket of sockets) void socket.send(encodeAnswer({ token, about: 'heard', fingerprint, open: null }))
      return at !== undefined && clock.elapsed() - at < MEMORY
    },
    stop: () => nics.stop(),
  }
}
