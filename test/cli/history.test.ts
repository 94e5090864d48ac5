import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { tellFound } from '../../core/cli/message-telling.ts'
import { Output } from '../../core/cli/output.ts'
import type { Client, FoundMessage } from '../../core/client/client.ts'
import { Desk } from './typed.ts'

describe('the history by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice', 'Bob')
    for (const [to, text] of [
      ['bob', 'Café at ten, "or later"?'],
      ['everyone', 'the lift is out of order\u001b[31m'],
      ['bob', 'then the CAFETERIA'],
    ] as const)
      await desk.as('Alice', ['send', ...(to === 'everyone' ? [] : ['--to', to]), text])
  })

  after(() => desk?.close())

  it('finds words in any case and without accents, oldest first, the last one as a beginning', async () => {
    const { json } = await desk.as('Alice', ['history', '--search', 'cafe', '--json'])
    expect(json.map(({ text }) => text)).to.deep.equal(['Café at ten, "or later"?', 'then the CAFETERIA'])
    const [{ snippet }] = json as [{ snippet: FoundMessage['snippet'] }]
    const { text, ranges } = snippet
    expect(ranges.map(([from, to]) => text.slice(from, to))).to.deep.equal(['Café'])
    const both = await desk.as('Alice', ['history', '--search', 'OR later" tén', '--json'])
    expect(both.json).to.have.length(1)
    const said = await desk.as('Alice', ['history', '--search', 'lift', '--with', 'everyone'])
    expect(said.stdout).to.match(/^[-\d]+ [:\d]+ Alice → everyone: the lift is out of order\\u\{1b\}\[31m\n$/)
    expect((await desk.as('Alice', ['history', '--search', 'lift', '--with', 'bob'])).stdout).to.equal('nothing was found\n')
    expect((await desk.as('Alice', ['history', '--search', '" AND *', '--json'])).json).to.deep.equal([])
  })

  it('shows the ends of ids to those who ask', async () => {
    const { json } = await desk.as('Alice', ['history', '--limit', '1', '--json'])
    const { stdout } = await desk.as('Alice', ['history', '--limit', '1', '--ids'])
    expect(stdout).to.contain(` [${String(json[0]?.id).slice(-8)}] Alice → Bob: then`)
  })

  it('is written to a file as JSON Lines or as text, whole and for its owner only', async () => {
    const file = desk.path('history.jsonl')
    const { json } = await desk.as('Alice', ['history', '--export', file, '--json'])
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect(json).to.deep.equal([{ event: 'exported', file, format: 'jsonl', lines: 3, bytes: statSync(file).size }])
    expect(lines.map((line) => (JSON.parse(line) as { text: string }).text)).to.include('the lift is out of order\u001b[31m')
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).to.equal(0o600)
    await desk.as('Alice', ['history', '--export', file, '--format', 'text', '--with', 'bob'])
    expect(readFileSync(file, 'utf8')).to.match(/^\S+Z Alice to Bob: Café at ten, "or later"\?\n\S+Z Alice to Bob: then the CAFETERIA\n$/)
    const { stdout } = await desk.as('Alice', ['history', '--export', '-', '--format', 'text'])
    expect(stdout.split('\n')).to.have.length(4)
    expect(stdout).to.not.contain('\u001b')
  })

  it('a file that cannot be written is an error in words, and what was there stays', async () => {
    writeFileSync(desk.path('not a folder'), 'kept')
    const { code, stderr } = await desk.types(['history', '--export', desk.path('not a folder/x'), '--profile', desk.path('Alice')])
    expect(code).to.equal(1)
    expect(stderr).to.contain('[folder-unwritable]')
    expect(readFileSync(desk.path('not a folder'), 'utf8')).to.equal('kept')
    expect(existsSync(desk.path('not a folder/x.part'))).to.equal(false)
  })

  it('what is queued while the registry is away is shown as such, goes out with the next command, once and in order', async () => {
    await desk.registry.process?.kill('SIGTERM')
    const { json: queued } = await desk.as('Alice', ['send', '--queue', '--to', 'bob', 'first', '--json'])
    expect(queued).to.deep.equal([{ event: 'queued', id: queued[0]?.id }])
    const { stdout } = await desk.as('Alice', ['send', '--queue', '--to', 'bob', 'second'])
    expect(stdout).to.match(/^queued for Bob: /)
    expect((await desk.as('Alice', ['history', '--limit', '2'])).stdout).to.match(/ \(queued\): first\n.* \(queued\): second\n$/)
    const shown = await desk.as('Alice', ['history', '--limit', '2', '--json'])
    expect(shown.json.map(({ id, state }) => ({ id, state }))[0]).to.deep.equal({ id: queued[0]?.id, state: 'queued' })
    await desk.startRegistry()
    await desk.as('Alice', ['who'])
    await desk.as('Alice', ['who'])
    const got = (await desk.as('Bob', ['receive', '--json'])).json.map(({ text }) => text).slice(-2)
    expect(got).to.deep.equal(['first', 'second'])
    expect((await desk.as('Alice', ['history', '--limit', '2'])).stdout).to.not.contain('queued')
  })

  it('with a registry there, --queue is answered like any other message', async () => {
    const { json } = await desk.as('Alice', ['send', '--queue', '--to', 'bob', 'third', '--json'])
    expect(json).to.have.length(1)
    expect(json[0]).to.include({ event: 'sent' })
    expect(json[0]?.position).to.be.above(0)
    expect((await desk.as('Bob', ['receive', '--json'])).json.map(({ text }) => text)).to.deep.equal(['third'])
  })
})

describe('what was searched for, on a terminal', () => {
  const tell = (terminal: boolean) => {
    let written = ''
    const stream = { isTTY: terminal, write: (text: string) => (written += text) } as unknown as NodeJS.WriteStream
    const found: FoundMessage = {
      id: 'x',
      position: 1,
      stamp: '',
      sentAt: 0,
      from: { id: 'a', name: 'Alice' },
      conversation: 'everyone',
      to: 'everyone',
      body: { kind: 'text', text: 'a \u001b[1mlunch\u001b at ten' },
      snippet: { text: 'a \u001b[1mlunch\u001b at ten', ranges: [[6, 11]] },
    }
    tellFound(new Output(false, stream, stream), {} as Client, found)
    return written
  }

  it('stands out, and nothing else does', () => {
    expect(tell(true)).to.contain(': a \\u{1b}[1m\u001b[1mlunch\u001b[22m\\u{1b} at ten\n')
    expect(tell(false)).to.contain(': a \\u{1b}[1mlunch\\u{1b} at ten\n')
  })
})
