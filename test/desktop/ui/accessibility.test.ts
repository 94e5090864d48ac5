import { expect } from 'chai'
import type { Page } from 'playwright-core'
import type { DoctorView, Finding } from '../../../desktop/bridge.ts'
import { appWindows, type Script } from './app-window.ts'
import { expectAccessible } from './looks.ts'
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
  qr: { size: 2, path: 'M0 0h1v1h-1z' },
  log: ['line'],
}
const registries = [
  { id: 'r1', name: 'Workshop', host: '192.168.1.20', port: 6784, user: 'Alice', current: true },
  { id: 'r2', name: 'Attic', host: '10.0.0.7', port: 6784, user: 'Alice', current: false },
]
const devices = [true, false].map((current, n) => ({
  fingerprint: `${n}${FINGERPRINT.slice(1)}`,
  name: 'OptiChat',
  enrolledAt: 0,
  lastSeen: 0,
  online: current,
  current,
}))
const commands = [
  { system: 'nft' as const, lines: [{ typed: 'sudo nft list ruleset', note: 'shows-chain' as const }, { typed: 'ip link' }] },
]
const finding = (severity: Finding['severity'], code: 'no-network' | 'not-signed-in' | 'multicast-fine'): Finding => ({
  code,
  check: 'interfaces',
  severity,
  values: {},
  fixes: [{ code: 'connect-network', where: 'here', values: {}, commands }],
})
const doctor: DoctorView = {
  state: 'done',
  registry: null,
  peer: null,
  checks: [],
  findings: [finding('blocks', 'no-network'), finding('hinders', 'not-signed-in'), finding('fine', 'multicast-fine')],
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
  'the account menu': {
    view: { ...chat, registries },
    act: (page) => page.getByRole('button', { name: /You and your registries/ }).click(),
  },
  'the doctor': { view: { ...signedOut(), doctor } },
  'the registry on this computer': {
    view: signedOut({ hosted }),
    answers: { hostedPeople: { answer: [{ name: 'Bob', online: true }] } },
    async act(page) {
      await page.getByRole('button', { name: 'Address, invite and log' }).click()
      await page.getByText('1 person online of 1').waitFor()
      for (const closed of ['Fingerprint', 'Log']) await page.getByText(closed, { exact: true }).click()
    },
  },
  'nothing said yet': { view: signedIn(), act: (page) => page.locator('oc-nothing-said').waitFor() },
  'no transfers': { view: signedIn(), act: (page) => page.keyboard.press('Control+j') },
  'nothing found': {
    view: chat,
    messages,
    answers: { search: { answer: [] } },
    async act(page) {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('nowhere')
      await page.getByText('No message has these words.').waitFor()
    },
  },
  'files about to be dropped': {
    view: chat,
    messages,
    async act(page) {
      await page.evaluate(`dropped = new DataTransfer(); dropped.items.add(new File(['soup'], 'recipe.txt'))`)
      await page.evaluate(`window.dispatchEvent(new DragEvent('dragover', { dataTransfer: dropped, cancelable: true }))`)
      await page.getByRole('heading', { name: 'Offer these files' }).waitFor()
    },
  },
  'files that were pasted': {
    view: chat,
    messages,
    async act(page) {
      await page.getByRole('textbox', { name: 'Message' }).focus()
      await page.evaluate(`pasted = new DataTransfer(); pasted.items.add(new File(['soup'], 'recipe.txt', { type: 'text/plain' }))
        document.querySelector('oc-app').shadowRoot.querySelector('oc-chat').shadowRoot.querySelector('oc-composer').shadowRoot.querySelector('textarea')
          .dispatchEvent(new ClipboardEvent('paste', { clipboardData: pasted, bubbles: true, cancelable: true, composed: true }))`)
      await page.getByRole('dialog', { name: 'Send what was pasted?' }).waitFor()
    },
  },
  'files getting ready, and what was just sent to everyone': {
    view: chat,
    messages,
    answers: { upload: { waits: true }, send: { answer: { id: 'sent' } } },
    async act(page) {
      await page
        .locator('oc-composer #files')
        .setInputFiles([{ name: 'plan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('plan') }])
      await page.getByRole('textbox', { name: 'Message' }).fill('hello')
      await page.getByRole('textbox', { name: 'Message' }).press('Enter')
      await page.getByRole('status').filter({ hasText: 'Sent to everyone.' }).waitFor()
      await page.locator('oc-outgoing').getByText('plan.pdf').waitFor()
    },
  },
  ...Object.fromEntries(
    ['General', 'Notifications', 'Files', 'Network', 'Account', 'About'].map((name) => [
      `the settings, ${name}`,
      {
        view: { ...chat, hosted, registries, shell: { ...chat.shell, tray: true, autostart: true } },
        answers: { hostedPeople: { answer: [] }, devices: { answer: devices } },
        async act(page: Page) {
          await page.getByRole('button', { name: 'Settings', exact: true }).click()
          await page.getByRole('tab', { name }).click()
          await page.getByRole('tabpanel', { name }).waitFor()
          // What is folded away is a part of its page.
          for (const folded of await page.getByRole('tabpanel', { name }).locator('details').all())
            await folded.evaluate((one) => one.setAttribute('open', ''))
        },
      },
    ]),
  ),
}

describe('accessibility', () => {
  const open = appWindows()

  for (const [name, { act, ...script }] of Object.entries(screens)) {
    it(`${name} has no violation that axe finds, in both themes and both directions`, async () => {
      const window = await open(script)
      await act?.(window.page)
      await expectAccessible(window, script, name)
    })
  }

  it('everything can be reached by the keyboard, with a ring to be seen', async () => {
    const { page } = await open({ view: chat, messages })
    await page.getByText('Receiving').first().waitFor()
    const reached = new Set<string>()
    for (let n = 0; n < 60; n++) {
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
