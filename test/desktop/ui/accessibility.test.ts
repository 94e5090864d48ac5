import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { appWindows, type Script } from './app-window.ts'
import {
  bob,
  carol,
  conversation,
  dan,
  entry,
  FINGERPRINT,
  found,
  inRoom,
  me,
  message,
  offerMessage,
  registry,
  room,
  roomConversation,
  signedIn,
  signedOut,
  transfer,
} from './people.ts'

/** Evaluated rather than added to the page, whose policy takes no scripts of others. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const offers = [
  transfer('offered', 'receive', bob, [{ user: me, state: 'offered', bytes: 0 }], {
    count: 2,
    files: [
      { path: 'a', bytes: 1 },
      { path: 'b', bytes: 2 },
    ],
  }),
  transfer('moving', 'receive', bob, [{ user: me, state: 'moving', bytes: 5_000_000 }]),
  transfer('sent', 'send', me, [
    { user: bob, state: 'done', bytes: 1 },
    { user: carol, state: 'moving', bytes: 5_000_000 },
  ]),
]
const said = [
  message(1, bob, 'Hello at https://intranet.local'),
  message(2, me, 'Hi', { receipts: { delivered: [bob.id], read: [bob.id] } }),
]
const messages = [...said, ...offers.map((offer, n) => offerMessage(n + 3, offer.from, offer))]
const chat = signedIn({
  transfers: offers,
  conversations: [
    conversation('everyone', 'everyone', said[1] ?? message(2, me, '')),
    conversation('c-bob', [bob], message(9, bob, 'x', { conversation: 'c-bob' }), 3),
  ],
  roster: [entry(me), entry(bob), entry(carol), entry(dan, 'offline', 1)],
})
const kitchen = room('Kitchen', [me, bob, carol])
const soup = inRoom(kitchen, 1, bob, 'Soup is ready at twelve, bring a spoon')
const talk = [
  {
    ...soup,
    reactions: [
      { emoji: '👍', users: [carol.id] },
      { emoji: '🍲', users: [carol.id, me.id] },
    ],
  },
  { ...inRoom(kitchen, 2, carol, 'I will bring two'), replyTo: soup.id, edited: soup.sentAt + 200_000 },
  { ...inRoom(kitchen, 3, bob, ''), gone: true as const },
  { ...inRoom(kitchen, 4, me, 'On my way'), receipts: { delivered: [bob.id, carol.id], read: [bob.id] } },
  { ...inRoom(kitchen, 5, me, 'Is any left?'), stamp: '~1', position: 0, state: 'queued' as const },
  { ...inRoom(kitchen, 6, me, 'And bread?'), stamp: '~2', position: 0, state: 'refused' as const, code: 'too-large' as const },
]
const rooms = signedIn({
  rooms: [kitchen, room('Roof garden', [carol, dan], true), room('Cellar', [me, carol])],
  conversations: [roomConversation(kitchen, soup, 2), ...chat.conversations],
  roster: [entry(me), entry(bob, 'away'), entry(carol, 'busy'), entry(dan, 'offline', 1)],
})
const toKitchen = async (page: Page) => {
  await page.getByRole('button', { name: /^Kitchen/ }).click()
  await page.getByText('Is any left?').waitFor()
}
const hosted = {
  state: 'running' as const,
  name: 'W',
  address: '10.0.0.1',
  port: 6784,
  fingerprint: FINGERPRINT,
  invite: 'optichat://x',
  log: ['line'],
}
const refused = { code: 'sign-in-failed' as const, message: 'The name or the password is wrong.', next: 'Check both.' }

const screens: Record<string, Script & { act?(page: Page): Promise<unknown> }> = {
  'an empty start': { view: signedOut() },
  'a refused sign-in': {
    view: signedOut({ found }),
    answers: { login: { error: refused } },
    async act(page) {
      await page.getByRole('button', { name: /Workshop/ }).click()
      await page.getByLabel('Your name').fill('Alice')
      await page.getByLabel('Password', { exact: true }).fill('x')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  'the choice of interface': {
    view: signedOut(),
    act: (page) => page.getByRole('button', { name: 'Change the network interface' }).click(),
  },
  'the chat': { view: chat, messages, act: (page) => page.getByText('Receiving').first().waitFor() },
  'the chat with people selected': { view: chat, messages, act: (page) => page.getByRole('checkbox', { name: 'Dan' }).check() },
  'the chat without a connection': {
    view: { ...chat, connection: { at: 'waiting', registry, retryAt: 4_000_000_000_000, code: 'registry-unreachable' } },
    messages,
    act: (page) => page.getByRole('button', { name: 'Retry now' }).waitFor(),
  },
  'a refused connection': { view: { ...chat, connection: { at: 'refused', registry, code: 'device-revoked' } }, messages },
  'a room without a connection': {
    view: { ...rooms, connection: { at: 'waiting', registry, retryAt: 4_000_000_000_000, code: 'registry-stopping' } },
    messages: talk,
    act: toKitchen,
  },
  'a room that was left, in trouble, and back online': {
    view: {
      ...rooms,
      rooms: [room('Kitchen', [bob, carol], true)],
      trouble: { code: 'disk-full', message: 'The disk is full.', next: 'Free some space.' },
      connection: { at: 'online', registry, away: { since: Date.now() - 3_600_000, until: Date.now(), code: 'was-asleep' } },
    },
    messages: talk,
    act: toKitchen,
  },
  'the settings': {
    view: { ...chat, hosted },
    messages,
    async act(page) {
      await page.getByRole('button', { name: 'Settings' }).click()
      await page.getByText('Interface: automatic').click()
      await page.getByText('Log', { exact: true }).click()
    },
  },
}

describe('accessibility', function () {
  this.timeout(60_000)
  const open = appWindows()

  for (const theme of ['light', 'dark'] as const) {
    for (const [name, { act, ...script }] of Object.entries(screens)) {
      it(`${name} has no violation that axe finds, ${theme}`, async () => {
        const { page } = await open(script, { theme })
        await act?.(page)
        await page.evaluate(axe)
        const found = (await page.evaluate('axe.run()')) as {
          violations: { id: string; nodes: { target: unknown; failureSummary: string }[] }[]
        }
        const told = found.violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => `${JSON.stringify(node.target)} ${node.failureSummary}`).join('\n')}`,
        )
        expect(told).to.deep.equal([])
      })
    }
  }

  it('everything can be reached by the keyboard, with a ring to be seen', async () => {
    const { page } = await open({ view: chat, messages })
    await page.getByText('Receiving').first().waitFor()
    const reached = new Set<string>()
    for (let n = 0; n < 40; n++) {
      await page.keyboard.press('Tab')
      const at = (await page.evaluate(`(() => {
        let at = document.activeElement
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
        const ring = getComputedStyle(at).outlineStyle !== 'none' || getComputedStyle(at.closest('form') ?? at).outlineStyle !== 'none'
        return (at.getAttribute('aria-label') ?? at.textContent.trim().slice(0, 20)) + (ring ? '' : ' without a ring')
      })()`)) as string
      reached.add(at)
    }
    for (const name of [
      'Settings',
      'Bob',
      'Carol',
      'Dan',
      'Accept',
      'Decline',
      'Cancel',
      'Take back',
      'Attach files',
      'Attach a folder',
      'Message',
    ]) {
      expect([...reached]).to.include(name)
    }
  })
})
