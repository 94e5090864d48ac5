/**
 * What the person is told of while they look elsewhere: one notification for each conversation, however much is said in it, and a
 * tone if they like. What comes in a burst, such as all of a weekend, is one notification.
 */
import type { HistoryMessage } from '../bridge.ts'
import { conversationKey, conversationTitle } from './audience.ts'
import { counted, msg, str } from './i18n/text.ts'
import { inOneLine } from './saying.ts'
import { newestOf, type Store } from './store.ts'

/** Milliseconds that news is gathered for before it is told. */
const GATHER = 400
/** Conversations that are told of singly; more of them at once are one notification. */
const MOST = 3
/** Milliseconds between telling the host that somebody is at the page. */
const ACTIVE = 30_000

interface News {
  count: number
  last: HistoryMessage
}

export function watchAttention(store: Store): void {
  const { bridge } = store
  /** What was told of each conversation since it was last read. */
  const told = new Map<string, News>()
  const shown = new Map<string, Notification>()
  let waiting = new Map<string, News>()
  let gathering = false
  let newest = newestOf(store.view)

  const isWatched = (message: HistoryMessage): boolean => {
    const { conversation } = store.audience
    return document.hasFocus() && conversation?.id === message.conversation
  }
  const wanted = ({ from, conversation, state, gone }: HistoryMessage): boolean => {
    const { settings, desk, me } = store.view
    if (state || gone || from.id === me?.id) return false
    return settings.notifications && settings.presence !== 'busy' && !desk.muted.includes(conversation)
  }

  bridge.on('message', (message) => {
    // One that was known comes again when its words or its reactions change: that is no news.
    if (message.stamp <= newest) return
    newest = message.stamp
    if (!wanted(message) || isWatched(message)) return
    const news = waiting.get(message.conversation)
    waiting.set(message.conversation, { count: (news?.count ?? 0) + 1, last: message })
    if (!gathering) setTimeout(tell, GATHER)
    gathering = true
  })

  bridge.on('conversations', (conversations) => {
    for (const { id, unread } of conversations) {
      if (unread > 0) continue
      told.delete(id)
      shown.get(id)?.close()
      shown.delete(id)
    }
  })

  const tell = () => {
    gathering = false
    const news = waiting
    waiting = new Map()
    if (Notification.permission !== 'granted') return
    if (news.size > MOST) show('many', msg('While you were away'), summary([...news.values()]), null)
    else for (const [conversation, { count, last }] of news) one(conversation, (told.get(conversation)?.count ?? 0) + count, last)
    if (store.view.settings.sound) tone()
  }

  const one = (id: string, count: number, last: HistoryMessage) => {
    told.set(id, { count, last })
    const conversation = store.view.conversations.find((known) => known.id === id)
    const title = conversation ? conversationTitle(conversation) : last.from.name
    const direct = conversation !== undefined && !conversation.room && conversationKey(conversation) === `to:${last.from.id}`
    const line = store.view.settings.previews ? inOneLine(last) : last.body.kind === 'offer' ? msg('offers files') : msg('has written')
    const said = direct && store.view.settings.previews ? line : msg(str`${last.from.name}: ${line}`)
    show(id, title, count === 1 ? said : `${counted(count, '# new message', '# new messages')}\n${said}`, id)
  }

  const show = (tag: string, title: string, body: string, conversation: string | null) => {
    const notification = new Notification(title, { tag, body, silent: true, dir: 'auto' })
    shown.set(tag, notification)
    notification.addEventListener('click', () => {
      notification.close()
      window.focus()
      bridge.call('raise').catch(store.failed)
      if (conversation) store.openConversation(conversation)
    })
  }

  watchActivity(store)
}

const summary = (news: readonly News[]): string => {
  const messages = news.reduce((sum, { count }) => sum + count, 0)
  return msg(str`${counted(messages, '# new message', '# new messages')} in ${counted(news.length, '# conversation', '# conversations')}`)
}

/** Tells the host that somebody is at this computer, as far as this page can see. */
function watchActivity(store: Store): void {
  let last = 0
  const active = () => {
    if (performance.now() - last < ACTIVE && last > 0) return
    last = performance.now()
    store.bridge.call('active').catch(store.failed)
  }
  for (const event of ['pointerdown', 'pointermove', 'keydown', 'wheel']) window.addEventListener(event, active, { passive: true })
}

/** A short soft tone, made here, so that nothing needs to be loaded for it. */
function tone(): void {
  const context = new AudioContext()
  const oscillator = new OscillatorNode(context, { frequency: 660 })
  const volume = new GainNode(context, { gain: 0.08 })
  volume.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.35)
  oscillator.connect(volume).connect(context.destination)
  oscillator.start()
  oscillator.stop(context.currentTime + 0.35)
  // Not when the tone has ended: in a page that may not play yet it never does.
  setTimeout(() => context.close(), 1_000)
}
