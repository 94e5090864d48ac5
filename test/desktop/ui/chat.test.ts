import { expect } from 'chai'
import { until } from '../../support/wait.ts'
import { appWindows } from './app-window.ts'
import { bob, carol, conversation, dan, entry, me, message, registry, signedIn } from './people.ts'

const hello = message(1, bob, 'Hello all')
const note = message(2, bob, 'Just us', { conversation: 'c-bob', to: [me] })
const both = message(3, carol, 'For you two', { conversation: 'c-both', to: [me, bob] })
const everyone = conversation('everyone', 'everyone', hello)
const view = signedIn({ conversations: [everyone, conversation('c-bob', [bob], note, 2), conversation('c-both', [bob, carol], both)] })
const messages = [hello, note, both]

describe('the chat', () => {
  const open = appWindows()

  it('names and counts the audience: everyone when nobody is selected, else the people selected', async () => {
    const { page } = await open({ view, messages })
    const composer = page.getByRole('form', { name: 'New message' })
    await composer.getByText('To everyone — 3 people').waitFor()
    await page.getByRole('checkbox', { name: 'Bob' }).check()
    await composer.getByText('To Bob — 1 person').waitFor()
    await page.getByRole('checkbox', { name: 'Carol' }).check()
    await composer.getByText('To Bob and Carol — 2 people').waitFor()
    await page.getByRole('button', { name: 'Select nobody', exact: true }).click()
    await composer.getByText('To everyone — 3 people').waitFor()
  })

  it('selecting people shows what was said with exactly them, and picking a conversation selects its people', async () => {
    const { page } = await open({ view, messages })
    await page.getByRole('region', { name: 'Messages' }).getByText('Hello all').waitFor()
    await page.getByRole('checkbox', { name: 'Bob' }).check()
    await page.getByRole('region', { name: 'Messages' }).getByText('Just us').waitFor()
    await page.getByRole('button', { name: /^Bob and Carol/ }).click()
    await page.getByRole('region', { name: 'Messages' }).getByText('For you two').waitFor()
    expect(await page.getByRole('checkbox', { name: 'Carol' }).isChecked()).to.equal(true)
    await page.getByRole('checkbox', { name: 'Dan' }).check()
    await page.getByRole('heading', { name: /Nothing said yet with Bob, Carol, and Dan/ }).waitFor()
  })

  it('Enter sends to the ids selected, Shift+Enter begins a new line, and an input method keeps its Enter', async () => {
    const { page, asked } = await open({ view, messages, answers: { send: { answer: { id: 'sent' } } } })
    await page.getByRole('checkbox', { name: 'Carol' }).check()
    const field = page.getByRole('textbox', { name: 'Message' })
    await field.fill('one')
    await field.press('Shift+Enter')
    await field.pressSequentially('two')
    await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true })
    expect(await asked('send')).to.deep.equal([])
    await field.press('Enter')
    await until('sent', async () => (await asked('send')).length === 1)
    expect(await asked('send')).to.deep.equal([[[carol.id], 'one\ntwo', {}]])
    await until('an empty field', async () => (await field.inputValue()) === '')
  })

  it('nothing but spaces is not sent, and each audience keeps what was typed for it', async () => {
    const { page, asked } = await open({ view, messages })
    const field = page.getByRole('textbox', { name: 'Message' })
    await field.fill('   ')
    await field.press('Enter')
    expect(await page.getByRole('button', { name: 'Send' }).isDisabled()).to.equal(true)
    await field.fill('for everyone')
    await page.getByRole('checkbox', { name: 'Bob' }).check()
    await until('an empty field', async () => (await field.inputValue()) === '')
    await page.getByRole('checkbox', { name: 'Bob' }).uncheck()
    await until('the text is back', async () => (await field.inputValue()) === 'for everyone')
    await page.getByRole('button', { name: 'Send' }).click()
    await until('sent', async () => (await asked('send')).length === 1)
    expect(await asked('send')).to.deep.equal([['everyone', 'for everyone', {}]])
  })

  it('a message the registry has not taken yet is shown as on its way, and is one message when it has', async () => {
    const { page, emit } = await open({ view, messages })
    const queued = message(20, me, 'on its way', { stamp: '~0001', position: 0, state: 'queued' })
    await emit('message', queued)
    const row = page.locator('oc-message').filter({ hasText: 'on its way' })
    await row.getByText('Sending…').waitFor()
    const { state: _, ...sent } = message(20, me, 'on its way', { id: queued.id, receipts: { delivered: [], read: [] } })
    await emit('message', sent)
    await row.getByText('Sent', { exact: true }).waitFor()
    expect(await row.count()).to.equal(1)
    expect(await page.getByText('Sending…').count()).to.equal(0)
  })

  it('what is written without a connection waits where it will stand, and can be cancelled as long as it waits', async () => {
    const off = { ...view, connection: { at: 'waiting' as const, registry, retryAt: 4_000_000_000_000, code: 'timed-out' as const } }
    const { page, emit, asked } = await open({ view: off, messages, answers: { cancelQueued: { answer: true } } })
    const queued = message(20, me, 'when it is back', { stamp: '~0001', position: 0, state: 'queued' })
    await emit('message', queued)
    await emit('message', message(21, bob, 'said before'))
    const row = page.locator('oc-message').filter({ hasText: 'when it is back' })
    await row.getByText('Waiting to be sent').waitFor()
    await page.getByText('said before', { exact: true }).waitFor()
    await page.locator('oc-message').last().filter({ hasText: 'when it is back' }).waitFor()
    await row.getByRole('button', { name: 'Cancel' }).click()
    await until('asked', async () => (await asked('cancelQueued')).length === 1)
    expect(await asked('cancelQueued')).to.deep.equal([[queued.id]])
    await emit('removed', { id: queued.id, conversation: 'everyone' })
    await row.waitFor({ state: 'detached' })
  })

  it('one that went out before it could be cancelled says so', async () => {
    const { page, emit } = await open({ view, messages, answers: { cancelQueued: { answer: false } } })
    await emit('message', message(20, me, 'too quick', { stamp: '~0001', position: 0, state: 'queued' }))
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('It is on its way already').waitFor()
  })

  it('one the registry will not have stays, with the reason and a way to remove it', async () => {
    const { page, emit, asked } = await open({ view, messages, answers: { cancelQueued: { answer: true } } })
    const refused = message(20, me, 'to a room I left', { stamp: '~0001', position: 0, state: 'refused', code: 'not-a-member' })
    await emit('message', refused)
    await page.getByText('Not sent. You are not a member of this conversation.').waitFor()
    await page.getByRole('button', { name: 'Remove' }).click()
    await until('asked', async () => (await asked('cancelQueued')).length === 1)
  })

  it('what could not even be kept to be sent comes back into the field, and the reason stands above it', async () => {
    const error = { code: 'disk-full' as const, message: 'The disk is full.', next: '' }
    const { page } = await open({ view, messages, answers: { send: { error } } })
    const field = page.getByRole('textbox', { name: 'Message' })
    await field.fill('important')
    await field.press('Enter')
    await page.getByRole('alert').getByText('The disk is full.').waitFor()
    expect(await field.inputValue()).to.equal('important')
  })

  it('a new message appears, is announced and is marked read; what others see of one’s own is told', async () => {
    const { page, emit, asked } = await open({ view, messages })
    await page.getByRole('region', { name: 'Messages' }).getByText('Hello all').waitFor()
    const news = message(20, carol, 'Lunch is here')
    await emit('message', news)
    await emit('conversations', [conversation('everyone', 'everyone', news, 1)])
    await page.getByRole('region', { name: 'Messages' }).getByText('Lunch is here').waitFor()
    await page.getByRole('log', { name: 'New messages' }).getByText('Carol: Lunch is here').waitFor()
    await until('marked read', async () => (await asked('markRead')).length > 0)
    expect((await asked('markRead')).at(-1)).to.deep.equal(['everyone', news.position])
    const mine = message(21, me, 'Coming', { receipts: { delivered: [bob.id], read: [] } })
    await emit('message', mine)
    await page.getByText('Delivered to 1 of 3').waitFor()
    await emit('message', { ...mine, receipts: { delivered: [bob.id, carol.id, dan.id], read: [bob.id, carol.id, dan.id] } })
    await page.getByText('Read by all').click()
    await page.getByText('Bob, Carol, and Dan', { exact: true }).waitFor()
  })

  it('unread messages are counted in the list, at the person and in the title', async () => {
    const { page, emit } = await open({ view, messages })
    await page.getByRole('button', { name: /^Bob .*2 unread/s }).waitFor()
    expect(await page.title()).to.equal('(2) OptiChat · Alice')
    await emit('conversations', [everyone, conversation('c-bob', [bob], note, 0)])
    await until('the title without a count', async () => (await page.title()) === 'OptiChat · Alice')
    expect(await page.getByLabel('2 unread').count()).to.equal(0)
  })

  it('people come online, go offline with when they were last seen, and join', async () => {
    const { page, emit } = await open({ view, messages })
    await page.getByText('People · 2 of 3 online').waitFor()
    await emit('roster', [entry(me), entry(bob, 'offline', Date.now() - 125_000), entry(carol), entry(dan)])
    await page.getByText('last seen 2 min ago').waitFor()
    await page.getByText('People · 2 of 3 online').waitFor()
    await emit('roster', [entry(me), entry(bob)])
    await page.getByText('To everyone — 1 person').waitFor()
  })

  it('without a connection a banner says why and when it is tried again, and can be told to try now', async () => {
    const { page, emit, asked } = await open({ view, messages })
    await emit('connection', { at: 'waiting', registry, retryAt: Date.now() + 30_500, code: 'registry-unreachable' })
    await page.getByText('The registry does not answer.').waitFor()
    await page.getByText(/Trying again in \d+ s/).waitFor()
    await emit('roster', [entry(me), entry(bob, 'offline')])
    await page.getByRole('checkbox', { name: 'Bob' }).check()
    await page.getByText('Who is there shows once there is a connection').waitFor()
    await page.getByRole('checkbox', { name: 'Bob' }).uncheck()
    await page.getByRole('heading', { name: 'People', exact: true }).waitFor()
    expect(await page.getByText('not seen yet').count(), 'nobody can know').to.equal(0)
    await page.getByRole('button', { name: 'Retry now' }).click()
    expect(await asked('retryNow')).to.have.length(1)
    await emit('connection', { at: 'connecting', registry })
    await page.getByText('Connecting to 192.168.1.20…').waitFor()
    await emit('connection', { at: 'refused', registry, code: 'registry-untrusted' })
    await page.getByText('This registry shows another certificate than before.').waitFor()
    await emit('connection', { at: 'online', registry })
    await page.getByText('another certificate').waitFor({ state: 'detached' })
  })

  it('the list shows what was said last, and by whom where its title does not say so', async () => {
    const toMe = message(1, bob, 'Only you', { conversation: 'c-bob', to: [me] })
    const mine = message(2, me, 'Only Carol', { conversation: 'c-carol', to: [carol] })
    const conversations = [conversation('c-bob', [bob], toMe), conversation('c-carol', [carol], mine)]
    const { page } = await open({
      view: signedIn({ conversations: [...conversations, conversation('everyone', 'everyone', message(3, dan, 'Hello'))] }),
    })
    for (const row of [/^Bob .*\d\s+Only you$/, /You: Only Carol$/, /Dan: Hello$/]) await page.getByRole('button', { name: row }).waitFor()
  })

  it('what is behind a dialog stays as it is, whatever keys are pressed', async () => {
    const { page } = await open({ view, messages })
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    await page.getByRole('dialog', { name: 'Settings' }).waitFor()
    await page.keyboard.press('Control+j')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Settings' }).waitFor({ state: 'hidden' })
    expect(await page.getByRole('heading', { name: 'Transfers' }).count()).to.equal(0)
  })

  it('back online, it is told for a while why one was away, unless it was a moment; it can be put aside', async () => {
    const { page, emit } = await open({ view, messages })
    const until_ = Date.now() - 1_000
    await emit('connection', { at: 'online', registry, away: { since: until_ - 3_000, until: until_, code: 'too-slow' } })
    await emit('roster', [entry(me), entry(bob)])
    await page.getByText('People · 1 of 1 online').waitFor()
    expect(await page.getByText(/Back online/).count()).to.equal(0)
    await emit('connection', { at: 'online', registry, away: { since: until_ - 3_600_000, until: until_, code: 'was-asleep' } })
    await page.getByText(/Back online\. Away from .+ to .+: This computer was asleep\./).waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await page.getByText(/Back online/).waitFor({ state: 'detached' })
    const before = Date.now() - 600_000
    await emit('connection', { at: 'online', registry, away: { since: before - 60_000, until: before, code: 'timed-out' } })
    await emit('roster', [entry(me), entry(bob), entry(carol)])
    await page.getByText('People · 2 of 2 online').waitFor()
    expect(await page.getByText(/Back online/).count(), 'long ago').to.equal(0)
  })

  it('trouble that nothing one did can be told of stands above the messages until it is dismissed', async () => {
    const trouble = { code: 'disk-full' as const, message: 'The disk is full.', next: 'Free some space.' }
    const { page, emit, asked } = await open({ view: { ...view, trouble }, messages })
    await page.getByRole('alert').getByText('The disk is full.').waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await until('asked', async () => (await asked('dismissTrouble')).length === 1)
    await emit('trouble', null)
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await emit('trouble', trouble)
    await page.getByRole('alert').getByText('The disk is full.').waitFor()
  })

  it('the theme, the download folder and signing out are in the settings', async () => {
    const out = { view: { me: null, connection: { at: 'signed-out' as const }, roster: [], conversations: [] } }
    const { page, emit, asked } = await open({ view, messages, answers: { logout: { ...out, answer: null } } })
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    await page.getByRole('tab', { name: 'General' }).click()
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark')
    await emit('settings', { ...view.settings, theme: 'dark' })
    await until(
      'a dark page',
      () => page.evaluate(`getComputedStyle(document.body).backgroundColor === 'rgb(20, 24, 22)'`) as Promise<boolean>,
    )
    await page.getByRole('tab', { name: 'Files' }).click()
    await page.getByLabel('Folder for received files').fill('/srv/incoming')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    expect(await asked('changeSettings')).to.deep.equal([[{ theme: 'dark' }]])
    expect(await asked('setDownloadFolder')).to.deep.equal([['/srv/incoming']])
    await page.getByRole('tab', { name: 'Account' }).click()
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByText('Talk with your team').waitFor()
  })
})
