/** Files on their way to becoming an offer: in a browser they stream to the host first, which takes time worth showing. */
import type { To } from '../../core/protocol/messages.ts'
import type { Bridge, BridgeError, Transfer } from '../bridge.ts'
import { counted } from './i18n/text.ts'
import { shownPath } from './text.ts'
import { asBridgeError } from './words.ts'

/** A file with its place in the folder it was dropped with (`photos/a.jpg`; just its name otherwise). */
export interface PickedFile {
  readonly file: File
  readonly path: string
}

export interface Outgoing {
  readonly id: number
  /** Whose conversation it belongs to, by audience key, and how the audience was named when it was dropped. */
  readonly audience: string
  readonly title: string
  /** Of the first file, or of all. */
  readonly what: string
  readonly bytes: number
  readonly of: number
  readonly error: BridgeError | null
  /** Stopped by the person: ends after the file that is on its way. */
  readonly stopping: boolean
}

/** Whom files are offered to. */
interface Whom {
  readonly key: string
  readonly title: string
  readonly to: To
  readonly everyone: boolean
}

export class Outbox {
  readonly #bridge: Bridge
  readonly #changed: () => void
  readonly #offered: (transfer: Transfer, to: Whom) => void
  #all: readonly Outgoing[] = []
  #last = 0

  constructor(bridge: Bridge, changed: () => void, offered: (transfer: Transfer, to: Whom) => void) {
    this.#bridge = bridge
    this.#changed = changed
    this.#offered = offered
  }

  for(audience: string): readonly Outgoing[] {
    return this.#all.filter((outgoing) => outgoing.audience === audience)
  }

  /** Offers what lies on this computer's disk, by path. What goes wrong is told by its entry. */
  async offerPaths(audience: Whom, paths: string[]): Promise<void> {
    if (paths.length === 0) return
    const what = paths.length === 1 ? shownPath(paths[0]?.split(/[\\/]/).at(-1) ?? '') : counted(paths.length, '# item', '# items')
    const id = this.#open(audience, what, 0)
    await this.#end(id, async () => this.#offered(await this.#bridge.call('offerPaths', audience.to, paths), audience))
  }

  /** Streams files to the host, then offers them. */
  async upload(audience: Whom, picked: readonly PickedFile[]): Promise<void> {
    if (picked.length === 0) return
    const what = picked.length === 1 ? shownPath(picked[0]?.path ?? '') : counted(picked.length, '# file', '# files')
    const id = this.#open(
      audience,
      what,
      picked.reduce((sum, { file }) => sum + file.size, 0),
    )
    await this.#end(id, async () => {
      const uploads: string[] = []
      let before = 0
      for (const { file, path } of picked) {
        if (this.#get(id)?.stopping) return
        uploads.push(await this.#bridge.upload(file, path, (bytes) => this.#set(id, { bytes: before + bytes })))
        before += file.size
        this.#set(id, { bytes: before })
      }
      if (!this.#get(id)?.stopping) this.#offered(await this.#bridge.call('offerUploads', audience.to, uploads), audience)
    })
  }

  /** Before it is offered: ends after the file on its way, and nothing is offered. After an error: takes it off the page. */
  dismiss(id: number): void {
    if (this.#get(id)?.error) this.#remove(id)
    else this.#set(id, { stopping: true })
  }

  async #end(id: number, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
      this.#remove(id)
    } catch (error) {
      if (this.#get(id)?.stopping) this.#remove(id)
      else this.#set(id, { error: asBridgeError(error) })
    }
  }

  #open(audience: { key: string; title: string }, what: string, of: number): number {
    const id = ++this.#last
    const { key, title } = audience
    this.#all = [...this.#all, { id, audience: key, title, what, bytes: 0, of, error: null, stopping: false }]
    this.#changed()
    return id
  }

  #get(id: number): Outgoing | undefined {
    return this.#all.find((outgoing) => outgoing.id === id)
  }

  #set(id: number, change: Partial<Outgoing>): void {
    this.#all = this.#all.map((outgoing) => (outgoing.id === id ? { ...outgoing, ...change } : outgoing))
    this.#changed()
  }

  #remove(id: number): void {
    this.#all = this.#all.filter((outgoing) => outgoing.id !== id)
    this.#changed()
  }
}
