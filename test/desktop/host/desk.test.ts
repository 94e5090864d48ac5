import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { openDesk } from '../../../desktop/host/desk.ts'

describe('what lies on the desk', () => {
  let folder: string
  let account: string | null = 'alice'
  const log: string[] = []
  const open = () =>
    openDesk(
      folder,
      () => account,
      (line) => log.push(line),
    )

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'optichat-desk-'))
    account = 'alice'
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is there after a restart: drafts, favourites, what is muted, and that one was asked', () => {
    const desk = open()
    desk.setDraft('everyone', { text: 'Good mor' })
    desk.setDraft('to:bob', { text: 'yes', reply: 'm1' })
    desk.setDraft('to:carol', { text: 'no' })
    desk.setDraft('to:carol', null)
    desk.setMuted('everyone', true)
    desk.setFavourite('to:bob', true)
    desk.setFavourite('to:dan', true)
    desk.setFavourite('to:dan', false)
    desk.setAskedEveryone()
    expect(open().view).to.deep.equal({
      drafts: { everyone: { text: 'Good mor' }, 'to:bob': { text: 'yes', reply: 'm1' } },
      muted: ['everyone'],
      favourites: ['to:bob'],
      askedEveryone: true,
    })
  })

  it('is each account’s own, and nobody’s while nobody is signed in', () => {
    const desk = open()
    desk.setDraft('everyone', { text: 'of Alice' })
    account = 'bob'
    expect(desk.view.drafts).to.deep.equal({})
    desk.setDraft('everyone', { text: 'of Bob' })
    account = null
    desk.setDraft('everyone', { text: 'of nobody' })
    expect(desk.view.drafts).to.deep.equal({})
    account = 'alice'
    expect(open().view.drafts).to.deep.equal({ everyone: { text: 'of Alice' } })
  })

  it('a file that cannot be understood is set aside and said, and the rest works', async () => {
    for (const damaged of ['{"alice":{"drafts":3}}', 'no JSON', '[]']) {
      await writeFile(join(folder, 'desk.json'), damaged)
      const desk = open()
      expect(desk.view.drafts).to.deep.equal({})
      expect(await readFile(join(folder, 'desk.json.damaged'), 'utf8')).to.equal(damaged)
      desk.setMuted('everyone', true)
      expect(open().view.muted).to.deep.equal(['everyone'])
    }
    expect(log).to.have.lengthOf(3)
  })

  it('keeps five hundred drafts, the newest', async () => {
    const drafts = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`to:${n}`, { text: 'x' }]))
    await writeFile(join(folder, 'desk.json'), JSON.stringify({ alice: { drafts, muted: [], favourites: [], askedEveryone: false } }))
    const desk = open()
    desk.setDraft('to:new', { text: 'x' })
    expect(Object.keys(desk.view.drafts)).to.have.lengthOf(500)
    expect(desk.view.drafts).to.include.keys('to:new', 'to:499')
    expect(desk.view.drafts).not.to.include.keys('to:0')
  })
})
