/** The only thing the page is given: the bridge, over IPC. Sandboxed, so that nothing but `electron` can be had here. */
import electron = require('electron')

import type { Bridge, BridgeError } from '../bridge.ts' with { 'resolution-mode': 'import' }

const { contextBridge, ipcRenderer, webUtils } = electron

type Answered = { answer: unknown } | { error: BridgeError }

const listeners = new Map<string, Set<(value: never) => void>>()

ipcRenderer.on('optichat:event', (_event, name: string, value: unknown) => {
  for (const listener of [...(listeners.get(name) ?? [])]) listener(value as never)
})

const bridge: Bridge = {
  async call(command, ...args) {
    const answered = (await ipcRenderer.invoke('optichat:call', command, args)) as Answered
    // A plain object: an Error would lose its code between the worlds.
    if ('error' in answered) throw answered.error
    return answered.answer as never
  },
  on(event, listener) {
    const set = listeners.get(event) ?? new Set()
    listeners.set(event, set)
    set.add(listener)
    return () => {
      set.delete(listener)
    }
  },
  pathOf: (file) => webUtils.getPathForFile(file as File) || null,
  // For what has no path, such as a picture that was pasted; files are offered by theirs.
  async upload(file, path, progress) {
    const answered = (await ipcRenderer.invoke('optichat:upload', path, await (file as File).arrayBuffer())) as Answered
    if ('error' in answered) throw answered.error
    progress(file.size)
    return answered.answer as string
  },
}

contextBridge.exposeInMainWorld('optichat', bridge)
