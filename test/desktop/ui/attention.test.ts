/** The tone with a notification: made in the page, for those who want it. Notifications themselves are with the settings. */
import { expect } from 'chai'
import type { AppView } from '../../../desktop/bridge.ts'
import { until } from '../../support/wait.ts'
import { type AppWindow, appWindows } from './app-window.ts'
import { bob, carol, conversation, message, signedIn } from './people.ts'

const hello = message(1, bob, 'Hello')
const note = message(2, bob, 'Psst', { conversation: 'c-bob' })
const view = signedIn({ conversations: [conversation('everyone', 'everyone', hello), conversation('c-bob', [bob], note)] })
const withSound = (more: Partial<AppView['settings']> = {}): AppView => ({ ...view, settings: { ...view.settings, sound: true, ...more } })

/** Counts what the page tells the person and plays, and lets both be real. */
const WATCH = `(() => {
  const seen = { notifications: [], tones: 0, contexts: [] }
  globalThis.seen_ = seen
  globalThis.Notification = class extends Notification {
    constructor(title, options) { super(title, options); seen.notifications.push(title) }
  }
  globalThis.AudioContext = class extends AudioContext {
    constructor() { super(); seen.contexts.push(this) }
  }
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (...when) { seen.tones += 1; return start.apply(this, when) }
})()`

describe('the sound of news', () => {
  const open = appWindows()
  let n = 10

  const watched = async (of: AppView): Promise<AppWindow> => {
    const window = await open({ view: of, messages: [hello, note] })
    await window.page.context().grantPermissions(['notifications', 'clipboard-write'])
    await window.page.evaluate(WATCH)
    // A page that nobody has touched may not play.
    await window.page.getByRole('textbox', { name: 'Message' }).click()
    return window
  }
  const news = ({ emit }: AppWindow, conversation = 'c-bob') => emit('message', message(n++, bob, 'News', { conversation }))
  const told = ({ page }: AppWindow) => page.evaluate('seen_.notifications') as Promise<string[]>
  const tones = ({ page }: AppWindow) => page.evaluate('seen_.tones')

  it('is off by default: news is shown, and nothing plays', async () => {
    const window = await watched(view)
    await news(window)
    await until('it is shown', async () => (await told(window)).length === 1)
    expect(await tones(window)).to.equal(0)
  })

  it('is one tone for a burst of news where one wants it, and leaves nothing behind', async () => {
    const window = await watched(withSound())
    for (let k = 0; k < 5; k++) await news(window)
    await until('it plays', async () => (await tones(window)) === 1)
    expect(await told(window)).to.deep.equal(['Bob'])
    await until('the tone has ended', () => window.page.evaluate(`seen_.contexts.every((one) => one.state === 'closed')`))
    await news(window)
    await until('it plays again', async () => (await tones(window)) === 2)
  })

  it('does not play for what is muted, while one does not want to be disturbed, and for what one is looking at', async () => {
    const muted = { ...withSound(), desk: { ...view.desk, muted: ['c-bob'] } }
    for (const [of, conversation] of [
      [muted, 'c-bob'],
      [withSound({ presence: 'busy' }), 'c-bob'],
      [withSound({ notifications: false }), 'c-bob'],
      [withSound(), 'everyone'],
    ] as const) {
      const window = await watched(of)
      await news(window, conversation)
      // What is told of comes after it, and so the first would have been told of by now.
      await window.emit('settings', { ...of.settings, presence: 'online', notifications: true })
      await window.emit('message', message(n++, carol, 'Heard', { conversation: 'c-carol' }))
      await until('the other is told of', async () => (await told(window)).includes('Carol'))
      expect(await told(window)).to.deep.equal(['Carol'])
    }
  })
})
