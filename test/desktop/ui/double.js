/* The page's half of the scripted host: `window.optichat` whose every answer stands in `window.script`. Runs in the page, before the app. */
;(() => {
  const { view, messages = [], answers = {}, paths = {} } = globalThis.script
  const listeners = new Map()
  const double = { calls: [], uploads: [], released: new Map() }

  const history = ({ conversation, before, limit }) =>
    messages.filter((message) => message.conversation === conversation && (!before || message.stamp < before)).slice(-limit)

  globalThis.double = Object.assign(double, {
    /** As an event from the host; what it replaces is in the next `view`, too. */
    emit(event, value) {
      if (event in view) view[event] = value
      for (const listener of listeners.get(event) ?? []) listener(value)
    },
  })
  globalThis.optichat = {
    async call(command, ...args) {
      double.calls.push([command, ...args])
      const scripted = answers[command]
      if (scripted?.waits) await new Promise((release) => double.released.set(command, release))
      if (scripted?.error) throw scripted.error
      if (scripted?.view) Object.assign(view, scripted.view)
      if (scripted && 'answer' in scripted) return scripted.answer
      if (command === 'lookAt') return { name: 'Workshop', fingerprint: '3fa9'.repeat(16), known: false }
      if (command === 'view') return structuredClone(view)
      return command === 'history' ? history(args[0]) : null
    },
    on(event, listener) {
      listeners.set(event, (listeners.get(event) ?? new Set()).add(listener))
      return () => listeners.get(event).delete(listener)
    },
    pathOf: (file) => paths[file.name] ?? null,
    async upload(file, path, progress) {
      progress(file.size / 2)
      if (answers.upload?.waits) await new Promise((release) => double.released.set('upload', release))
      if (answers.upload?.error) throw answers.upload.error
      double.uploads.push({ path, size: file.size })
      return `upload-${double.uploads.length}`
    },
  }
})()
