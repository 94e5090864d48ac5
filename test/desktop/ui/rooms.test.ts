import { expect } from 'chai'
import { until } from '../../support/wait.ts'
import { appWindows } from './app-window.ts'
import { bob, carol, conversation, dan, inRoom, me, message, person, room, roomConversation, signedIn } from './people.ts'

const kitchen = room('Kitchen', [me, bob])
const roof = room('Roof', [carol, dan], true)
const cellar = room('Cellar', [me, carol])
const direct = message(1, bob, 'Between us', { conversation: 'c-bob', to: [me] })
const soup = inRoom(kitchen, 2, bob, 'Soup is ready')
const rooms = [cellar, kitchen, roof]
const view = signedIn({ rooms, conversations: [roomConversation(kitchen, soup, 1), conversation('c-bob', [bob], direct)] })
const messages = [direct, soup]

describe('rooms', () => {
  const open = appWindows()

  it('what is written after choosing a room goes to the room, which the composer names and counts', async () => {
    const { page, asked } = await open({ view, messages })
    await page.getByRole('button', { name: /^Kitchen/ }).click()
    await page.getByRole('form', { name: 'New message' }).getByText('To room Kitchen — 1 person').waitFor()
    await page.getByRole('region', { name: 'Messages' }).getByText('Soup is ready').waitFor()
    expect(await page.getByRole('checkbox', { name: 'Bob' }).isChecked()).to.equal(false)
    await page.getByRole('textbox', { name: 'Message' }).fill('On my way')
    await page.getByRole('textbox', { name: 'Message' }).press('Enter')
    await until('sent', async () => (await asked('send')).length === 1)
    expect(await asked('send')).to.deep.equal([[{ room: kitchen.id }, 'On my way', {}]])
  })

  it('choosing its only other member is another conversation than the room', async () => {
    const { page, asked } = await open({ view, messages })
    await page.getByRole('button', { name: /^Kitchen/ }).click()
    await page.getByRole('checkbox', { name: 'Bob' }).check()
    await page.getByRole('region', { name: 'Messages' }).getByText('Between us').waitFor()
    expect(await page.getByLabel('1 unread').count(), 'unread in the room is not unread from Bob').to.equal(1)
    await page.getByRole('textbox', { name: 'Message' }).fill('Only you')
    await page.getByRole('textbox', { name: 'Message' }).press('Enter')
    await until('sent', async () => (await asked('send')).length === 1)
    expect(await asked('send')).to.deep.equal([[[bob.id], 'Only you', {}]])
  })

  it('files dropped while a room is chosen go to the room, which the overlay names', async () => {
    const { page, asked } = await open({ view, messages })
    await page.getByRole('button', { name: /^Kitchen/ }).click()
    await page.getByText('To room Kitchen — 1 person').waitFor()
    await page.evaluate(`dropped = new DataTransfer(); dropped.items.add(new File(['soup'], 'recipe.txt'))`)
    await page.evaluate(`window.dispatchEvent(new DragEvent('dragover', { dataTransfer: dropped, cancelable: true }))`)
    await page.locator('oc-drop-zone').getByText('To room Kitchen — 1 person').waitFor()
    await page.evaluate(`window.dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, cancelable: true }))`)
    await until('offered', async () => (await asked('offerUploads')).length === 1)
    expect((await asked('offerUploads'))[0]?.[0]).to.deep.equal({ room: kitchen.id })
  })

  it('one that nobody has spoken in yet can be written to, and an open one can be joined, which opens it', async () => {
    const { page, asked, emit } = await open({ view, messages })
    await page.getByRole('button', { name: /^Cellar/ }).click()
    await page.getByText('To room Cellar — 1 person').waitFor()
    await page.getByText('Open room, 2 people').waitFor()
    await page.getByRole('button', { name: 'Join Roof' }).click()
    await until('asked', async () => (await asked('joinRoom')).length === 1)
    expect(await asked('joinRoom')).to.deep.equal([[roof.id]])
    await emit('rooms', [cellar, kitchen, room('Roof', [carol, dan, me], true)])
    await page.getByRole('button', { name: 'Join Roof' }).waitFor({ state: 'detached' })
    await page.getByText('To room Roof — 2 people').waitFor()
  })

  it('everybody who can be in a new one is in sight, nobody below its buttons', async () => {
    const { page } = await open({ view, messages })
    await page.getByRole('button', { name: 'New room' }).click()
    const last = await page.getByRole('list', { name: 'People to choose' }).getByRole('listitem').last().boundingBox()
    const button = await page.getByRole('button', { name: 'Make the room' }).boundingBox()
    expect((last?.y ?? 0) + (last?.height ?? 0)).to.be.within(1, button?.y ?? 0)
  })

  it('one that is left can be read but not written to, and what was typed goes to nobody else', async () => {
    const { page, asked, emit } = await open({ view, messages })
    await page.getByRole('button', { name: /^Kitchen/ }).click()
    await page.getByRole('textbox', { name: 'Message' }).fill('Just for the kitchen')
    await emit('rooms', [cellar, roof])
    await page.getByText('You are not in room Kitchen. A member of it can bring you in.').waitFor()
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).to.equal(0)
    await page.getByText('Soup is ready').first().waitFor()
    await emit('rooms', [cellar, room('Kitchen', [bob], true), roof])
    await page.getByRole('main').getByRole('button', { name: 'Join', exact: true }).click()
    await until('asked', async () => (await asked('joinRoom')).length === 1)
    await emit('rooms', rooms)
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).to.equal('Just for the kitchen')
    expect(await asked('send')).to.deep.equal([])
  })

  it('long names of people and rooms are cut, and what stands beside them is seen', async () => {
    const long = person('Bartholomew Featherstonehaugh-Cholmondeley the Third')
    const said = message(9, long, `A long word: ${'a'.repeat(300)}`, { conversation: 'c-long' })
    const { page } = await open({ view: signedIn({ conversations: [conversation('c-long', [long, bob], said, 7)] }), messages: [said] })
    const row = page.getByRole('button', { name: /^Bartholomew/ })
    const { width } = (await row.boundingBox()) ?? { width: 0 }
    const inside = await row.evaluate((button) => (button as unknown as { scrollWidth: number }).scrollWidth)
    expect(inside).to.be.at.most(Math.ceil(width))
    expect(await row.getByLabel('7 unread').isVisible()).to.equal(true)
  })
})
