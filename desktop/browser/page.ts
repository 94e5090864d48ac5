/**
 * The page's end of the browser gateway: `window.optichat` over a WebSocket, where no preload has made one. It runs in the
 * page, so it is compiled with the UI. A lost socket is opened again by itself and goes on after the last event it saw.
 */
import type { Answer, Arguments, Bridge, BridgeError, Command, EventName, Events, FileLike, HostFrame, PageFrame } from '../bridge.ts'

/** Milliseconds between attempts to open the socket again: it is the same machine, so either it works at once or not at all. */
const RETRY = 500
/** Milliseconds without a socket after which the app has ended for this page. */
const GIVE_UP = 6_000

interface Pending {
  resolve(answer: unknown): void
  reject(error: BridgeError): void
}

type Listeners = { [E in EventName]?: Set<(value: Events[E]) => void> }

const lost: BridgeError = { code: 'internal', message: 'This page lost its connection to OptiChat.', next: 'Try again in a moment.' }

/** Opens the bridge; rejects with a BridgeError when the gateway does not answer. Every rejection of the bridge is a BridgeError. */
export async function connectBridge(): Promise<Bridge> {
  const page = new Page()
  await page.open()
  return {
    call: (command, ...args) => page.call(command, args),
    on: (event, listener) => page.on(event, listener),
    pathOf: () => null,
    upload,
  }
}

class Page {
  private socket: WebSocket | null = null
  private seen: number | null = null
  private lostAt = 0
  private number = 0
  private readonly pending = new Map<number, Pending>()
  private readonly listeners: Listeners = {}

  /** Resolves when the gateway has said hello. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const url = new URL('/bridge', location.href)
      url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
      if (this.seen !== null) url.searchParams.set('after', String(this.seen))
      const socket = new WebSocket(url)
      socket.addEventListener('message', (message) => {
        const frame = JSON.parse(String(message.data)) as HostFrame
        if ('hello' in frame) {
          this.socket = socket
          this.seen = frame.hello
          resolve()
        } else this.take(frame)
      })
      socket.addEventListener('close', () => {
        reject(lost)
        if (this.socket === socket) this.reopen()
      })
    })
  }

  call<C extends Command>(command: C, args: Arguments<C>): Promise<Answer<C>> {
    return new Promise<unknown>((resolve, reject) => {
      const socket = this.socket
      if (!socket) return reject(lost)
      const n = ++this.number
      this.pending.set(n, { resolve, reject })
      socket.send(JSON.stringify({ n, call: command, args } satisfies PageFrame))
    }) as Promise<Answer<C>>
  }

  on<E extends EventName>(event: E, listener: (value: Events[E]) => void): () => void {
    const set: Set<(value: Events[E]) => void> = this.listeners[event] ?? new Set()
    ;(this.listeners as Record<E, typeof set>)[event] = set
    set.add(listener)
    return () => set.delete(listener)
  }

  private take(frame: Exclude<HostFrame, { hello: number }>) {
    if ('reload' in frame) return location.reload()
    if ('event' in frame) {
      this.seen = frame.seq
      const set = this.listeners[frame.event] as Set<(value: unknown) => void> | undefined
      for (const listener of [...(set ?? [])]) listener(frame.value)
      return
    }
    const pending = this.pending.get(frame.n)
    this.pending.delete(frame.n)
    if ('error' in frame) pending?.reject(frame.error)
    else pending?.resolve(frame.answer)
  }

  /** What was asked and not answered fails: whether it was done shows in the events that follow. */
  private reopen() {
    this.socket = null
    this.lostAt = performance.now()
    for (const pending of this.pending.values()) pending.reject(lost)
    this.pending.clear()
    this.retry()
  }

  private retry() {
    this.open().catch(() => {
      if (performance.now() - this.lostAt > GIVE_UP) return ended()
      setTimeout(() => this.retry(), RETRY)
    })
  }
}

/** XMLHttpRequest, since fetch tells nothing of an upload's progress. */
function upload(file: FileLike, path: string, progress: (bytes: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!(file instanceof Blob))
      return reject({ code: 'file-unreadable', message: 'This is no file of this page.', next: '' } satisfies BridgeError)
    const request = new XMLHttpRequest()
    request.open('POST', `/upload?path=${encodeURIComponent(path)}`)
    request.responseType = 'json'
    request.upload.addEventListener('progress', (event) => progress(event.loaded))
    request.addEventListener('load', () => {
      const answer = request.response as { id: string } | BridgeError | null
      if (answer && 'id' in answer) resolve(answer.id)
      else reject(answer ?? lost)
    })
    request.addEventListener('error', () => reject(lost))
    request.addEventListener('abort', () => reject(lost))
    request.send(file)
  })
}

/** The app that served this page is gone: say so instead of showing a page in which nothing works. */
function ended() {
  const words = document.createElement('p')
  words.setAttribute('role', 'alert')
  words.textContent = 'OptiChat has ended. Start it again; this page can be closed.'
  document.body.replaceChildren(words)
}
