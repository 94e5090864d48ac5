/** One piece of work that is measured: a row of the table or some, for OptiChat and those who can do the same. */

import type { Counted } from '../crowd.script.ts'
import type { PeerName } from '../peers/peer.ts'
import type { Running, Shelf, SubjectName } from '../subjects.ts'

/** A goal of OptiChat: its value over the peer's, or the value itself where there is no peer. */
export interface Goal {
  readonly than?: PeerName
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Measure {
  readonly title: string
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly goals?: readonly Goal[]
}

/** Values by measure. */
export type Values = Record<string, number>

export interface Stage {
  readonly shelf: Shelf
  /** Small and short, to see that it works: no figures to tell anybody. */
  readonly quick: boolean
  /** Something to be said beside the figures: who was the bottleneck, what was lost. `figures` stand where the text has a `#`, and are told together for all rounds. */
  note(text: string, figures?: readonly string[]): void
}

export interface Section {
  /** For `--only`. */
  readonly name: string
  readonly title: string
  readonly peers: readonly PeerName[]
  /** That a round of all takes, about. */
  readonly minutes: number
  /** One round is enough: it is long, and what it tells is how things grow. */
  readonly once?: true
  readonly measures: Readonly<Record<string, Measure>>
  /** One fresh start of one of them, measured. */
  run(stage: Stage, subject: SubjectName): Promise<Values>
}

/** Characters of each message: a line of chat. */
export const BYTES = 100

/** As much of a processor as makes the generator the one that all wait for. */
const BUSY = 0.9

/** Loads a server and looks at what that took of it. Notes what makes the figures worth less. */
export async function underLoad<C extends Counted>(
  stage: Stage,
  { crowd, usage }: Running,
  load: () => Promise<C>,
): Promise<{ counted: C; cpu: number; busy: number }> {
  await crowd.call('busy', undefined)
  const before = usage().cpu
  const counted = await load()
  const cpu = usage().cpu - before
  const busy = await crowd.call('busy', undefined)
  if (busy >= BUSY && cpu / counted.seconds < BUSY) {
    stage.note('the load generator was the bottleneck (# of a processor; the server #)', [percent(busy), percent(cpu / counted.seconds)])
  }
  if (counted.came < counted.due) stage.note('# of # never came', [`${counted.due - counted.came}`, `${counted.due}`])
  for (const trouble of new Set(await crowd.call('troubles', undefined))) stage.note(trouble)
  return { counted, cpu, busy }
}

const percent = (share: number) => `${Math.round(share * 100)} %`
