import type { Page } from 'playwright-core'
import { appWindows, type Script } from './app-window.ts'
import { expectAccessible } from './looks.ts'
import {
  bob,
  carol,
  conversation,
  dan,
  entry,
  inRoom,
  me,
  message,
  offerMessage,
  room,
  roomConversation,
  signedIn,
  transfer,
} from './people.ts'

const kitchen = room('Kitchen', [me, bob, carol], true)
const plan = message(
  1,
  bob,
  '# Plan\nsee [the list](https://x.test/a) and `code`\n\n- **one**\n- ~~two~~\n\n> quoted\n\n```ts\nconst a = 1\n```',
  {
    reactions: [
      { emoji: '👍', users: [me.id, carol.id] },
      { emoji: '🎉', users: [bob.id] },
    ],
  },
)
const now = Date.now()
const own = message(2, me, 'I bring the keys', { sentAt: now, receipts: { delivered: [bob.id], read: [bob.id] }, replyTo: plan.id })
const fresh = message(3, carol, 'And I the bread', { sentAt: now, edited: now })
const offers = [
  transfer('offered', 'receive', bob, [{ user: me, state: 'offered', bytes: 0 }]),
  transfer('moving', 'receive', bob, [{ user: me, state: 'moving', bytes: 5_000_000, rate: 1_000_000 }]),
  transfer('paused', 'receive', bob, [{ user: me, state: 'paused', bytes: 5_000_000 }]),
  transfer('arrived', 'receive', bob, [{ user: me, state: 'done', bytes: 1 }], { paths: ['/d/arrived.pdf'], into: '/d' }),
  transfer('missing', 'receive', bob, [
    { user: me, state: 'failed', bytes: 1, code: 'files-missing', missing: [{ path: 'a', code: 'file-unreadable' }], missingCount: 1 },
  ]),
  transfer('sent', 'send', me, [
    { user: bob, state: 'done', bytes: 1, seconds: 3 },
    { user: carol, state: 'moving', bytes: 5_000_000 },
    { user: dan, state: 'failed', bytes: 0, code: 'disk-full' },
  ]),
]
const toBob = offers.map((offer, n) => ({ ...offerMessage(n + 10, offer.from, offer), conversation: 'c-bob' }))
const hit = { ...plan, snippet: { text: 'see the list and', ranges: [[8, 12]] as const } }

const script: Script = {
  view: signedIn({
    transfers: offers.map((offer) => ({ ...offer, conversation: 'c-bob' })),
    rooms: [kitchen, room('Roof garden', [carol, dan], true)],
    conversations: [
      { ...conversation('everyone', 'everyone', fresh, 1), read: 3 },
      conversation('c-bob', [bob], toBob.at(-1) ?? own, 3),
      roomConversation(kitchen, inRoom(kitchen, 3, bob, 'Soup'), 2),
    ],
    roster: [entry(me), entry(bob, 'away'), entry(carol, 'busy'), entry(dan, 'offline', 1)],
    desk: {
      drafts: { 'room:kitchen_______________': { text: 'soon' } },
      muted: ['c-bob'],
      favourites: [`to:${carol.id}`],
      askedEveryone: false,
    },
  }),
  messages: [plan, own, fresh, ...toBob],
  answers: {
    search: { answer: [hit] },
    received: { answer: [{ index: 0, name: 'arrived.pdf', bytes: 1, folder: false, opens: true }] },
    checksums: { answer: [{ name: 'arrived.pdf', sha256: 'ab'.repeat(32) }] },
  },
}

/** One after the other in one window; each begins where the one before it ended. */
const screens: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  'messages with marks, reactions, what is new, and what can be done with one': async (page) => {
    await page.locator('oc-message').filter({ hasText: 'I bring the keys' }).hover()
    await page.locator('oc-message-tools button').nth(6).waitFor()
    await page.locator('oc-receipts summary').click()
  },
  'an answer being written': (page) => page.locator('oc-message-tools').getByRole('button').nth(4).click(),
  'a message being edited': async (page) => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('ArrowUp')
    await page.locator('oc-composer-context .editing').waitFor()
  },
  'the picker of emoji': async (page) => {
    await page.keyboard.press('Escape')
    await page.locator('oc-composer button.icon').nth(2).click()
    await page.locator('oc-emoji .emojis button').first().waitFor()
  },
  'the question before everyone gets it': async (page) => {
    await page.keyboard.press('Escape')
    await page.locator('textarea').fill('hello')
    await page.keyboard.press('Enter')
    await page.locator('oc-ask-everyone button').first().waitFor()
  },
  'people ticked': async (page) => {
    await page.keyboard.press('Escape')
    await page.locator('oc-people input').first().check()
    await page.locator('oc-people input').nth(1).check()
    await page.locator('oc-audience li').first().waitFor()
  },
  'what a search finds': async (page) => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('b')
    await page.locator('oc-found mark').waitFor()
  },
  'a new room': async (page) => {
    await page.keyboard.press('Escape')
    await page.locator('oc-conversations header button').click()
    await page.locator('oc-conversations oc-room oc-people-picker').waitFor()
  },
  'a room and its members': async (page) => {
    await page.keyboard.press('Escape')
    await page
      .getByRole('button', { name: /Kitchen/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'About this room' }).click()
    await page.locator('oc-conversation-head oc-room .members').waitFor()
  },
  'the shortcuts': async (page) => {
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+/')
    await page.locator('oc-shortcuts kbd').first().waitFor()
  },
  'files offered, on their way, paused, arrived and missing': async (page) => {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^Bob/ }).first().click()
    await page.locator('oc-received details').click()
    await page.locator('oc-received dd').waitFor()
  },
  'the page of transfers': async (page) => {
    await page.keyboard.press('Control+j')
    await page.locator('oc-transfers oc-transfer').first().waitFor()
  },
}

describe('accessibility of conversations and files', () => {
  const open = appWindows()

  it('no screen has a violation that axe finds, in both themes and both directions', async () => {
    const window = await open(script)
    await window.page.locator('oc-message').first().waitFor()
    for (const [name, show] of Object.entries(screens)) {
      await show(window.page)
      await expectAccessible(window, script, name)
    }
  })
})
