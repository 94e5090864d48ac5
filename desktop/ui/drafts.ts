/** What is typed and not sent, for each audience: told to the host soon after it was typed, so that it is there after a restart. */
import type { Bridge, Draft } from '../bridge.ts'

/** Milliseconds after the last key: a crash costs a word or two. */
const SOON = 400

export class Drafts {
  readonly #bridge: Bridge
  readonly #failed: (error: unknown) => void
  #all = new Map<string, Draft>()
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>()

  constructor(bridge: Bridge, failed: (error: unknown) => void) {
    this.#bridge = bridge
    this.#failed = failed
    // The page is about to go: what was typed last must not.
    addEventListener('pagehide', () => this.flush())
  }

  /** What the host kept. */
  load(drafts: Readonly<Record<string, Draft>>): void {
    this.forget()
    this.#all = new Map(Object.entries(drafts))
  }

  get(audience: string): Draft | undefined {
    return this.#all.get(audience)
  }

  /** Audiences for which something is typed. */
  has(audience: string): boolean {
    return (this.#all.get(audience)?.text.trim() ?? '') !== ''
  }

  set(audience: string, draft: Draft | null): void {
    const before = this.#all.get(audience)
    const kept = draft && (draft.text !== '' || draft.reply !== undefined) ? draft : null
    if (kept === null && !before) return
    if (kept) this.#all.set(audience, kept)
    else this.#all.delete(audience)
    clearTimeout(this.#waiting.get(audience))
    this.#waiting.set(
      audience,
      setTimeout(() => this.#tell(audience), SOON),
    )
  }

  flush(): void {
    for (const audience of [...this.#waiting.keys()]) this.#tell(audience)
  }

  /** Somebody else is signed in: nothing typed here is theirs. */
  forget(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer)
    this.#waiting.clear()
    this.#all.clear()
  }

  #tell(audience: string): void {
    clearTimeout(this.#waiting.get(audience))
    this.#waiting.delete(audience)
    this.#bridge.call('setDraft', audience, this.#all.get(audience) ?? null).catch(this.#failed)
  }
}
