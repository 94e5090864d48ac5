/**
 * A host whose every answer the test wrote: put into the page before it loads, it lets states be shown that a real one
 * reaches rarely or slowly. What the page asked is kept in `calls`.
 */
import type { Page } from 'playwright-core'
import type { AppView, Bridge, BridgeError, EventName, Events } from '../../../desktop/bridge.ts'

/** What the page's side of the double is, for tests that reach into it. */
export interface Double {
  readonly calls: [string, ...unknown[]][]
  readonly uploads: { path: string; size: number }[]
  emit(event: string, value: unknown): void
  view: AppView
}

declare global {
  var double: Double
}

/** By command: `{ answer }` or `{ error }`; absent: answered with null. `history` answers pages of the messages given. */
export interface Script {
  readonly view: AppView
  readonly messages?: readonly unknown[]
  readonly answers?: Record<string, { answer?: unknown; error?: BridgeError; never?: boolean }>
  /** As Electron: paths of files by name. */
  readonly paths?: Record<string, string>
}

export async function scriptHost(page: Page, script: Script): Promise<void> {
  // tsx marks functions with their names by a helper that the page does not have.
  await page.addInitScript({ content: 'globalThis.__name = (target) => target' })
  await page.addInitScript((given: Script) => {
    type Listener = (value: unknown) => void
    const listeners = new Map<string, Set<Listener>>()
    const state: Double = {
      calls: [],
      uploads: [],
      view: given.view,
      emit: (event, value) => {
        for (const listener of listeners.get(event) ?? []) listener(value)
      },
    }
    const history = ({ conversation, before, limit }: { conversation: string; before?: string; limit: number }) => {
      const all = (given.messages ?? []) as { conversation: string; stamp: string }[]
      return all.filter((message) => message.conversation === conversation && (!before || message.stamp < before)).slice(-limit)
    }
    const bridge = {
      call: async (command: string, ...args: unknown[]) => {
        state.calls.push([command, ...args])
        const scripted = given.answers?.[command]
        if (scripted?.never) return new Promise(() => undefined)
        if (scripted?.error) throw scripted.error
        if (scripted) return scripted.answer
        if (command === 'view') return state.view
        if (command === 'history') return history(args[0] as { conversation: string; limit: number })
        return null
      },
      on: (event: string, listener: Listener) => {
        const set = listeners.get(event) ?? new Set()
        listeners.set(event, set.add(listener))
        return () => set.delete(listener)
      },
      pathOf: (file: { name: string }) => given.paths?.[file.name] ?? null,
      upload: async (file: { size: number }, path: string, progress: (bytes: number) => void) => {
        state.uploads.push({ path, size: file.size })
        progress(file.size)
        return `upload-${state.uploads.length}`
      },
    }
    Object.assign(window, { double: state, optichat: bridge as unknown as Bridge })
  }, script)
}

/** Sends an event to the page, as the host would. */
export async function emit<E extends EventName>(page: Page, event: E, value: Events[E]): Promise<void> {
  await page.evaluate(([name, data]) => globalThis.double.emit(name, data), [event, value] as const)
}

/** What the page asked of a command so far. */
export async function asked(page: Page, command: string): Promise<unknown[][]> {
  return page.evaluate((name) => globalThis.double.calls.filter((call) => call[0] === name).map((call) => call.slice(1)), command)
}
