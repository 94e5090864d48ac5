/** What three people do with each other in the app, each step by role and name, over a real registry: seen by everybody it concerns. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { chromiumPath } from '../../support/chromium.ts'
import { until } from '../../support/wait.ts'
import { type RealTeam, realTeam } from './real-team.ts'

describe('three people talk in the app', () => {
  let team: RealTeam<'Alice' | 'Bob' | 'Carol'>
  const people = () => team.people

  before(async function () {
    if (!chromiumPath()) return this.skip()
    team = await realTeam(['Alice', 'Bob', 'Carol'])
  })
  after(() => team?.close())

  it('what goes to everyone is asked about once, and one click takes it back: nobody reads it any more', async () => {
    const { Alice, Bob } = people()
    await Alice.say('Oops, not for all')
    const ask = Alice.page.getByRole('dialog', { name: 'Send to everyone?' })
    await ask.getByText('this goes to everyone: 2 people').waitFor()
    await ask.getByRole('button', { name: 'Not yet' }).click()
    await until('the field has Oops, not for all', async () => (await Alice.field.inputValue()) === 'Oops, not for all')
    await Alice.field.press('Enter')
    await ask.getByRole('button', { name: 'Send to everyone' }).click()
    await Bob.row('Oops, not for all').waitFor()
    await Alice.page.getByRole('status').filter({ hasText: 'Sent to everyone.' }).waitFor()
    await Alice.page.getByRole('button', { name: 'Take it back', exact: true }).click()
    await Bob.row('This message was taken back').waitFor()
    await until('nowhere any more', async () => (await Bob.page.getByText('Oops, not for all').count()) === 0)
    await until('the words are back', async () => (await Alice.field.inputValue()) === 'Oops, not for all')
    await Alice.say('Good morning, all')
    await Bob.row('Good morning, all').waitFor()
    expect(await Alice.page.getByRole('dialog').count(), 'asked once').to.equal(0)
  })

  it('one answers, the answer shows what it answers, and a click on that goes there', async () => {
    const { Alice, Bob } = people()
    await Bob.page.getByRole('checkbox', { name: 'Alice' }).check()
    await Bob.say('Where do we *meet*?')
    await Alice.page.getByRole('button', { name: /^Bob.*1 unread/s }).click()
    await Alice.row('Where do we meet').hover()
    await Alice.page.getByRole('button', { name: 'Reply' }).click()
    await Alice.page.getByText('Answering Bob').waitFor()
    await Alice.say('In the kitchen')
    const answer = Bob.row('In the kitchen')
    await answer.getByRole('button', { name: /In answer to Alice|In answer to You: Where do we meet\?/ }).click()
    await until('the answered one has the focus', () =>
      Bob.page.evaluate(
        `(() => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at?.dataset.id !== undefined })()`,
      ),
    )
  })

  it('one edits what one said last with the arrow, and others see the new words', async () => {
    const { Alice, Bob } = people()
    await Alice.field.press('ArrowUp')
    await Alice.page.getByText('Editing a message').first().waitFor()
    await until('the field has In the kitchen', async () => (await Alice.field.inputValue()) === 'In the kitchen')
    await Alice.field.press('Escape')
    await until('the field has nothing', async () => (await Alice.field.inputValue()) === '')
    await Alice.field.press('ArrowUp')
    await Alice.field.fill('In the garden')
    await Alice.field.press('Enter')
    await Bob.row('In the garden').getByText('edited').waitFor()
    await until('the field has nothing', async () => (await Alice.field.inputValue()) === '')
  })

  it('one reacts, others join in or take theirs away, and each tells whose they are', async () => {
    const { Alice, Bob } = people()
    await Alice.row('Where do we meet').first().hover()
    await Alice.page.getByRole('button', { name: 'React', exact: true }).click()
    await Alice.page.getByRole('dialog', { name: 'Emoji' }).getByRole('textbox').fill('party popper')
    await Alice.page.keyboard.press('Enter')
    await Bob.page.getByRole('button', { name: '🎉 1, by Alice', pressed: false }).click()
    await Alice.page.getByRole('button', { name: /🎉 2/, pressed: true }).click()
    await Bob.page.getByRole('button', { name: /🎉 1, by You/, pressed: true }).waitFor()
  })

  it('one takes a message back for everybody, and is asked first', async () => {
    const { Alice, Bob } = people()
    await Alice.say('Wrong window')
    await Bob.row('Wrong window').waitFor()
    await Alice.row('Wrong window').hover()
    await Alice.page.getByRole('button', { name: 'Take back', exact: true }).click()
    await Alice.page.getByRole('button', { name: 'Take it back for everybody' }).click()
    await Bob.row('This message was taken back').waitFor()
    await until('nowhere any more', async () => (await Bob.page.getByText('Wrong window').count()) === 0)
  })

  it('that somebody writes is told while they do', async () => {
    const { Alice, Bob } = people()
    // It is passed on once in two seconds, so a word that follows the last message at once is told with the next one.
    await until('it is told', async () => {
      await Bob.field.pressSequentially('I am ')
      return (await Alice.page.getByText('Bob is writing…').count()) > 0
    })
    await Bob.say('coming')
    await Alice.row('coming').waitFor()
    await Alice.page.getByText('Bob is writing…').waitFor({ state: 'detached' })
  })

  it('people ticked are chips, named and counted; each can be taken away; who has read it is told on demand', async () => {
    const { Alice, Bob, Carol } = people()
    await Alice.tick('Bob', 'Carol')
    await Alice.page.getByRole('list', { name: 'Selected people' }).getByText('Carol').waitFor()
    await Alice.page.getByRole('form').getByText('2 people', { exact: true }).waitFor()
    await Alice.say('For you two')
    await Bob.page.getByRole('button', { name: /For you two/ }).click()
    await Alice.row('For you two').getByText('Read by 1 of 2').click()
    const told = Alice.row('For you two').locator('dl')
    await until('who has, and who has not', async () =>
      /Read by\s*1\s*Bob\s*Delivered to\s*1\s*Carol/.test((await told.textContent()) ?? ''),
    )
    await Carol.page.getByRole('button', { name: /For you two/ }).click()
    await Alice.row('For you two').getByText('Read by all').waitFor()
    await Alice.page.getByRole('button', { name: 'Remove Carol' }).click()
    await Alice.page.getByRole('form').getByText('1 person', { exact: true }).waitFor()
  })

  it('a room is made, joined, others are brought into it, it is renamed and left', async () => {
    const { Alice, Bob, Carol } = people()
    await Alice.tick()
    await Alice.page.getByRole('button', { name: 'New room' }).click()
    const toChoose = (page: Page) => page.getByRole('list', { name: 'People to choose' })
    await Alice.page.getByRole('dialog', { name: 'New room' }).waitFor()
    await Alice.page.getByRole('textbox', { name: 'Name of the room' }).fill('Kitchen')
    await toChoose(Alice.page).getByRole('checkbox', { name: 'Bob' }).check()
    await Alice.page.getByRole('button', { name: 'Make the room' }).click()
    await Alice.page.getByRole('heading', { name: 'Kitchen', exact: true }).waitFor()
    await Alice.say('Soup at twelve')
    await Bob.page.getByRole('button', { name: /^Kitchen.*Soup at twelve/s }).click()
    await Bob.page.getByText('To room Kitchen — 1 person').waitFor()
    await Carol.page.getByRole('button', { name: 'Join Kitchen' }).click()
    await Bob.page.getByText('To room Kitchen — 2 people').waitFor()
    await Bob.page.getByRole('button', { name: 'About this room' }).click()
    await Bob.page.getByRole('dialog', { name: 'Kitchen' }).waitFor()
    await Bob.page.getByRole('list', { name: 'Members' }).getByText('Carol').waitFor()
    await Bob.page.getByRole('textbox', { name: 'Name of the room' }).fill('Canteen')
    await Bob.page.getByRole('button', { name: 'Rename' }).click()
    await Alice.page.getByRole('heading', { name: 'Canteen' }).waitFor()
    await Bob.page.getByRole('button', { name: 'Leave the room' }).click()
    await Bob.page.getByRole('button', { name: 'Yes, leave' }).click()
    await Bob.page.getByText('You are not in room Canteen. Join it to write to it.').waitFor()
    await Alice.page.getByRole('button', { name: 'About this room' }).click()
    await toChoose(Alice.page).getByRole('checkbox', { name: 'Bob' }).check()
    await Alice.page.getByRole('button', { name: 'Bring in' }).click()
    await Bob.page.getByText('To room Canteen — 2 people').waitFor()
    await Alice.page.keyboard.press('Escape')
  })

  it('messages are found by what they say, with the words marked, and one goes to where they stand', async () => {
    const { Alice, Bob } = people()
    await Bob.tick()
    await Bob.call('setAskedEveryone')
    for (let n = 0; n < 30; n++) await Bob.call('send', 'everyone', n === 3 ? 'The **blue** lamp flickers' : `Line ${n}`, {})
    await Alice.page.getByRole('button', { name: /^Everyone.*Line 29/s }).click()
    await Alice.row('Line 29').waitFor()
    await Alice.page.keyboard.press('Control+k')
    await Alice.page.keyboard.type('lamp flick')
    const hit = Alice.page.getByRole('list', { name: 'Messages' }).getByRole('button', { name: /Bob.*lamp flickers/ })
    // What is found follows what is typed.
    await until('both words are marked', async () => (await hit.locator('mark').allTextContents()).join() === 'lamp,flickers')
    await Alice.page.keyboard.press('ArrowDown')
    await Alice.page.keyboard.press('Enter')
    await until('it is seen', () => Alice.row('The blue lamp flickers').isVisible())
    await until('its words are marked', () => Alice.page.evaluate(`(CSS.highlights.get('found')?.size ?? 0) === 2`))
    await Alice.page.keyboard.press('Control+f')
    await Alice.page.keyboard.type('garden')
    await Alice.page.getByText('No message has these words.').waitFor()
    await Alice.page.getByRole('button', { name: 'Search everywhere' }).click()
    await Alice.page.getByText('No message has these words.').waitFor({ state: 'detached' })
    await Alice.page.getByRole('button', { name: 'Clear the search' }).click()
  })

  it('what came while one was elsewhere begins below a line, and one can jump to the newest', async () => {
    const { Alice, Bob } = people()
    await Alice.page.getByRole('button', { name: /Newest|newer message/ }).click()
    await until('all is read', async () => (await Alice.page.getByLabel(/unread/).count()) === 0)
    await Alice.page.getByRole('checkbox', { name: 'Carol' }).check()
    for (let n = 0; n < 40; n++) await Bob.call('send', 'everyone', `News ${n}`, {})
    await Alice.page.getByRole('button', { name: /^Everyone.*News 39.*40 unread/s }).click()
    await Alice.page.getByRole('separator', { name: 'New messages' }).waitFor()
    await until('the first that is new is seen', () => Alice.row('News 0').first().isVisible())
    await Alice.page.getByRole('button', { name: '40 newer messages' }).click()
    await until('the newest is seen and read', async () => (await Alice.page.getByLabel('40 unread').count()) === 0)
    await Alice.row('News 39').waitFor()
  })

  it('drafts, favourites and muted conversations are kept for each conversation, over a restart of the app', async () => {
    const { Alice } = people()
    await Alice.field.fill('A draft for all')
    await Alice.page.getByRole('checkbox', { name: 'Bob' }).check()
    await Alice.page.getByRole('button', { name: /^Everyone.*Draft: A draft for all/s }).waitFor()
    await Alice.field.fill('A draft for Bob')
    await Alice.page.getByRole('button', { name: 'Favourite', exact: true }).click()
    await Alice.page.getByRole('button', { name: 'Mute' }).click()
    await Alice.page.getByRole('button', { name: 'Mute', pressed: true }).waitFor()
    await until('what was typed last is kept, too', () =>
      readFileSync(join(team.folder, 'Alice', 'desk.json'), 'utf8').includes('A draft for Bob'),
    )
    await team.restart('Alice')
    const again = people().Alice
    await until('the draft is there', async () => (await again.field.inputValue()) === 'A draft for all')
    const bob = again.page.getByRole('button', { name: /^Bob\s*muted.*Draft: A draft for Bob/s })
    await bob.click()
    await until('the field has A draft for Bob', async () => (await again.field.inputValue()) === 'A draft for Bob')
    await again.page.getByRole('button', { name: 'Favourite', exact: true, pressed: true }).waitFor()
    await again.page
      .getByRole('list', { name: 'People' })
      .getByRole('checkbox')
      .first()
      .and(again.page.getByRole('checkbox', { name: 'Bob' }))
      .waitFor()
    await again.field.fill('')
  })

  it('with the keyboard alone: to somebody, a message, along the messages, an answer, and back', async () => {
    const { Alice, Bob } = people()
    const { keyboard } = Alice.page
    await keyboard.press('Control+k')
    await keyboard.type('Carol')
    await Alice.page.getByRole('button', { name: 'Carol', exact: true }).waitFor()
    await keyboard.press('ArrowDown')
    await keyboard.press('Enter')
    await Alice.page.getByRole('heading', { name: 'Carol', exact: true }).waitFor()
    await keyboard.type('Typed without a mouse')
    await keyboard.press('Shift+Enter')
    await keyboard.type('twice')
    await keyboard.press('Enter')
    // What is still on its way cannot be answered.
    await Alice.row('Typed without a mouse')
      .getByText(/^(Sent|Delivered|Read)/)
      .waitFor()
    await keyboard.press('Control+ArrowUp')
    await keyboard.press('r')
    await Alice.page.getByText('Answering You').waitFor()
    await keyboard.type('And answered')
    await keyboard.press('Enter')
    await Alice.row('And answered')
      .getByText(/^(Sent|Delivered|Read)/)
      .waitFor()
    await Alice.row('And answered').getByText('In answer to').waitFor()
    await keyboard.press('Control+ArrowUp')
    await keyboard.press('ArrowUp')
    await keyboard.press('Delete')
    await Alice.page.getByRole('button', { name: 'Take it back for everybody' }).waitFor()
    await keyboard.press('Enter')
    await Alice.row('This message was taken back').first().waitFor()
    await keyboard.press('Control+/')
    await Alice.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await keyboard.press('Escape')
    await Alice.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor({ state: 'hidden' })
    await keyboard.press('Control+j')
    await Alice.page.getByRole('heading', { name: 'Transfers' }).waitFor()
    await keyboard.press('Control+ArrowDown')
    await Alice.page.getByRole('form', { name: 'New message' }).waitFor()
    expect(Bob.faults).to.deep.equal([])
  })

  it('code is shown as it was written and copied by a button; an emoji is put where the cursor is', async () => {
    const { Alice } = people()
    await Alice.say('```ts\nconst a = "<b>"\n```')
    const code = Alice.page.getByRole('region', { name: 'Code' })
    expect(await code.textContent()).to.equal('const a = "<b>"')
    await Alice.page.getByRole('button', { name: 'Copy code' }).click()
    await Alice.page.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await Alice.page.evaluate('navigator.clipboard.readText()')).to.equal('const a = "<b>"')
    await Alice.field.fill('ab')
    await Alice.field.press('ArrowLeft')
    await Alice.page.getByRole('button', { name: 'Insert emoji' }).click()
    const emoji = Alice.page.getByRole('dialog', { name: 'Emoji' })
    await emoji.getByRole('textbox').fill('red heart')
    await emoji.getByRole('button', { name: 'red heart' }).first().click()
    await until('the field has a❤️b', async () => (await Alice.field.inputValue()) === 'a❤️b')
    await Alice.field.fill('')
  })
})
