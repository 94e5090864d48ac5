/** Starts the window: takes the bridge from the preload or from the browser gateway, the first snapshot, and shows the app. */
import type { Bridge } from '../bridge.ts'
import { provideStore } from './element.ts'
import { speak } from './i18n/speak.ts'
import { Store } from './store.ts'
import { asBridgeError } from './words.ts'

declare global {
  interface Window {
    /** Made by the preload in Electron; absent in a browser. */
    readonly optichat?: Bridge
  }
}

async function start(): Promise<void> {
  const bridge = window.optichat ?? (await (await import('../browser/page.ts')).connectBridge())
  const store = new Store(bridge, await bridge.call('view'))
  provideStore(store)
  await speak(store.view.settings.language)
  await import('./app.ts')
  document.body.replaceChildren(document.createElement('oc-app'))
}

start().catch((thrown: unknown) => {
  const { message, next } = asBridgeError(thrown)
  const text = document.createElement('p')
  text.setAttribute('role', 'alert')
  text.className = 'stopped'
  text.textContent = `OptiChat could not start. ${message} ${next}`
  document.body.replaceChildren(text)
})
