import { expect } from 'chai'
import { Desk } from './typed.ts'

describe('replies, edits, take-backs and reactions by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice', 'Bob', 'Carol')
  })

  after(() => desk?.close())

  /** Sends and answers the message's id. */
  const send = async (person: string, ...args: string[]) => {
    const { json } = await desk.as(person, ['send', ...args, '--json'])
    return String(json[0]?.id)
  }
  const receive = async (person: string) => (await desk.as(person, ['receive', '--json'])).json
  const newest = async (person: string) => (await desk.as(person, ['history', '--limit', '1', '--json'])).json[0]

  it('an answer goes to the people of what it answers, named by the end of its id', async () => {
    const lunch = await send('Alice', '--to', 'bob', 'Lunch at one?')
    await receive('Bob')
    const { stdout } = await desk.as('Bob', ['send', '--reply', lunch.slice(-8), 'yes'])
    expect(stdout).to.equal('sent to Alice\n')
    expect((await receive('Alice'))[0]).to.deep.include({ text: 'yes', reply: lunch, to: ['Alice'] })
    expect(await receive('Carol')).to.deep.equal([])
    expect((await desk.as('Alice', ['history', '--limit', '1'])).stdout).to.match(/Bob → Alice \(in reply to “Lunch at one\?”\): yes\n$/)
  })

  it('what becomes of a message is told to whoever has it, once', async () => {
    const id = await send('Alice', '--to', 'bob', 'teh plan')
    await receive('Bob')
    expect((await desk.as('Alice', ['edit', id, 'the plan', '--json'])).json).to.deep.equal([{ event: 'edited', id }])
    const [edited, ...more] = await receive('Bob')
    expect(edited).to.deep.include({ event: 'edited', id, from: 'Alice', text: 'the plan' })
    expect(edited?.edited).to.be.a('number')
    expect(more).to.deep.equal([])
    await desk.as('Bob', ['react', id.slice(-12), '👍'])
    expect(await receive('Alice')).to.deep.equal([{ event: 'reaction', id, from: 'Bob', emoji: '👍', on: true }])
    expect(await newest('Bob')).to.deep.include({ text: 'the plan', reactions: [{ emoji: '👍', users: ['Bob'] }] })
    expect((await desk.as('Alice', ['history', '--limit', '1'])).stdout).to.match(/Alice → Bob \(edited; 👍 Bob\): the plan\n$/)
    await desk.as('Bob', ['react', id, '👍', '--off'])
    expect(await receive('Alice')).to.deep.equal([{ event: 'reaction', id, from: 'Bob', emoji: '👍', on: false }])
  })

  it('a follower is told as it happens, and what is taken back is gone from everywhere', async () => {
    const id = await send('Alice', '--to', 'bob', 'a slip of the tongue')
    const follow = desk.starts(['receive', '--follow', '--json', '--profile', desk.path('Bob')])
    await follow.json((one) => one.id === id)
    const { stdout } = await desk.as('Alice', ['take-back', id])
    expect(stdout).to.equal('taken back: “a slip of the tongue”\n')
    expect(await follow.json(({ event }) => event === 'taken-back')).to.deep.equal({ event: 'taken-back', id, from: 'Alice' })
    await follow.kill('SIGTERM')
    for (const person of ['Alice', 'Bob']) {
      const { stdout: shown } = await desk.as(person, ['history'])
      expect(shown).to.contain('Alice → Bob (taken back)').and.to.not.contain('slip')
      expect((await desk.as(person, ['history', '--search', 'slip', '--json'])).json).to.deep.equal([])
    }
    expect(await newest('Bob')).to.include({ gone: true, text: '' })
  })

  it('what is somebody else’s, unknown, no emoji or no id is refused in words', async () => {
    const id = await send('Alice', 'mine')
    await receive('Bob')
    const fails = async (args: string[]) => {
      const { code, stderr } = await desk.types([...args, '--profile', desk.path('Bob')])
      return `${code} ${/\[([\w-]+)\]/.exec(stderr)?.[1] ?? stderr}`
    }
    expect(await fails(['edit', id, 'yours'])).to.equal('1 not-yours')
    expect(await fails(['take-back', id])).to.equal('1 not-yours')
    expect(await fails(['react', '00000000', '👍'])).to.equal('1 message-unknown')
    expect(await fails(['react', id, 'ok'])).to.match(/^2 .*no single emoji/)
    expect(await fails(['take-back', 'abc'])).to.match(/^2 .*no id of a message/)
  })

  it('a queued message that is taken back is never sent', async () => {
    await desk.registry.process?.kill('SIGTERM')
    const id = await send('Alice', '--queue', '--to', 'bob', 'better not')
    const { stdout } = await desk.as('Alice', ['take-back', id.slice(-8)])
    expect(stdout).to.equal('not sent: “better not”\n')
    await desk.startRegistry()
    await desk.as('Alice', ['who'])
    expect((await receive('Bob')).map(({ text }) => text)).to.not.include('better not')
  })
})
