/** Answers queries as a good neighbour: in good time, not too often, to whom it concerns, and once all that the asker knows was heard. */
import type { Clock, Random } from '../core/protocol/clock.ts'
import type { MdnsRecord } from './advertisement.ts'
import { answerTo, type MdnsAnswer, type MdnsQuery, recordKey } from './mdns-answers.ts'
import type { Sender } from './mdns-socket.ts'
import { type Family, MDNS_PORT } from './mdns-transport.ts'

/** Milliseconds in which a record is multicast once (RFC 6762 §6). */
const REPEAT = 1_000
/** Milliseconds by chance that an answer waits where others may answer, too (§6). */
const SHARED_DELAY = { least: 20, most: 120 }
/** Milliseconds to wait for the rest of what an asker knows, when it said that more is to come (§7.2). */
const TRUNCATED_DELAY = { least: 400, most: 500 }
/** Askers with more to say at one time. */
const MAX_TRUNCATED = 32
/** Answers to single askers in a second: each may have been asked for in another's name. */
const MAX_UNICAST = 200

export interface ResponderOptions {
  readonly clock: Clock
  readonly random: Random
  records(): readonly MdnsRecord[]
  send(answer: MdnsAnswer, query: MdnsQuery, to: Sender): void
}

export class Responder {
  readonly #options: ResponderOptions
  /** When each record was last multicast to each family, which hear nothing of each other. */
  readonly #told = new Map<string, number>()
  readonly #truncated = new Map<string, { query: MdnsQuery; readonly cancel: () => void }>()
  readonly #cancels = new Set<() => void>()
  #second = 0
  #unicasts = 0

  constructor(options: ResponderOptions) {
    this.#options = options
  }

  /** These records were multicast just now. */
  told(records: readonly MdnsRecord[], families: readonly Family[] = [4, 6]): void {
    const now = this.#options.clock.elapsed()
    for (const family of families) for (const record of records) this.#told.set(keyIn(family, record), now)
  }

  asked(query: MdnsQuery, from: Sender): void {
    const who = `${from.address} ${from.port}`
    const before = this.#truncated.get(who)
    if (before) before.query = { ...before.query, answers: [...before.query.answers, ...query.answers].slice(0, 1_000) }
    if (before && query.questions.length === 0) return
    if (query.flag_tc && !before && this.#truncated.size < MAX_TRUNCATED) {
      const cancel = this.#after(this.#between(TRUNCATED_DELAY), () => {
        const whole = this.#truncated.get(who)?.query ?? query
        this.#truncated.delete(who)
        this.#answer(whole, from)
      })
      this.#truncated.set(who, { query, cancel })
      return
    }
    this.#answer(query, from)
  }

  close(): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
    this.#truncated.clear()
  }

  #answer(query: MdnsQuery, from: Sender): void {
    if (from.port !== MDNS_PORT && !this.#mayUnicast()) return
    const answer = answerTo(query, this.#options.records(), from.port)
    if (!answer) return
    const { clock } = this.#options
    if (answer.how === 'legacy') {
      this.#options.send(answer, query, from)
      return
    }
    if (answer.how === 'unicast' && answer.answers.every((record) => this.#isFresh(record, from.family))) {
      if (this.#mayUnicast()) this.#options.send(answer, query, from)
      return
    }
    const send = () => {
      const answers = answer.answers.filter((record) => clock.elapsed() - this.#toldAt(record, from.family) >= REPEAT)
      if (answers.length === 0) return
      this.told(answers, [from.family])
      this.#options.send({ ...answer, answers, how: 'multicast' }, query, from)
    }
    if (answer.shared) this.#after(this.#between(SHARED_DELAY), send)
    else send()
  }

  #toldAt(record: MdnsRecord, family: Family): number {
    return this.#told.get(keyIn(family, record)) ?? Number.NEGATIVE_INFINITY
  }

  /** §5.4: so that everybody's memory stays fresh, what was not multicast for a quarter of its lifetime is multicast. */
  #isFresh(record: MdnsRecord, family: Family): boolean {
    return this.#options.clock.elapsed() - this.#toldAt(record, family) < ((record.ttl ?? 0) * 1_000) / 4
  }

  #mayUnicast(): boolean {
    const second = Math.floor(this.#options.clock.elapsed() / 1_000)
    if (second !== this.#second) this.#unicasts = 0
    this.#second = second
    this.#unicasts += 1
    return this.#unicasts <= MAX_UNICAST
  }

  #between({ least, most }: { least: number; most: number }): number {
    return least + this.#options.random() * (most - least)
  }

  #after(millis: number, run: () => void): () => void {
    const cancel = this.#options.clock.after(
      millis,
      () => {
        this.#cancels.delete(cancel)
        run()
      },
      true,
    )
    this.#cancels.add(cancel)
    return cancel
  }
}

const keyIn = (family: Family, record: MdnsRecord) => `${family} ${recordKey(record)}`
