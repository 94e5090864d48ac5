import { randomBytes } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { Desk } from './typed.ts'

describe('transfers and their settings by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice', 'Bob')
    writeFileSync(desk.path('film.bin'), randomBytes(6_000_000))
    writeFileSync(desk.path('note.txt'), 'a note')
  })
  after(() => desk?.close())

  const alice = (...args: string[]) => desk.as('Alice', [...args, '--json'])
  const bob = (...args: string[]) => desk.as('Bob', [...args, '--json'])

  it('settings are shown, changed one by one, and kept', async () => {
    const [first] = (await bob('settings')).json
    expect(first).to.deep.equal({ event: 'settings', accept: [], up: null, down: null, peerPort: 0, atOnce: 4 })
    await bob('settings', '--accept', 'alice:1MB', '--down', '2MB/s')
    const [changed] = (await bob('settings', '--at-once', '2')).json
    expect(changed).to.deep.include({ accept: [{ from: 'Alice', upTo: 1_000_000 }], up: null, down: 2_000_000, atOnce: 2 })
    expect((await desk.as('Bob', ['settings'])).stdout)
      .to.contain('Alice up to 1.0 MB')
      .and.to.contain('2.0 MB/s')
    await bob('settings', '--accept', 'none', '--down', 'none')
  })

  it('what a setting cannot be is refused before anything changes', async () => {
    const wrong = [
      ['--up', 'fast'],
      ['--up', '5'],
      ['--accept', 'alice:big'],
      ['--accept', ':5MB'],
      ['--peer-port', '70000'],
      ['--at-once', '0'],
    ]
    for (const args of wrong) {
      const { code, stderr } = await desk.types(['settings', ...args, '--profile', desk.path('Bob')])
      expect([args.join(' '), code]).to.deep.equal([args.join(' '), 2])
      expect(stderr).to.contain('optichat settings --help')
    }
    const nobody = await desk.types(['settings', '--accept', 'dave:5MB', '--profile', desk.path('Bob')])
    expect([nobody.code, nobody.stderr]).to.satisfy(([code, text]: [number, string]) => code === 1 && text.includes('[user-unknown]'))
    expect((await bob('settings')).json[0]).to.deep.include({ accept: [], up: null, peerPort: 0 })
  })

  it('an offer for later does not stay, is listed, and is handed over by what runs next', async () => {
    const [noted] = (await alice('send-file', '--to', 'bob', '--later', desk.path('note.txt'))).json
    expect(noted).to.include({ event: 'offered', bytes: 6 })
    const [listed] = (await alice('transfers')).json
    expect(listed).to.deep.include({ transfer: noted?.transfer, direction: 'send', parts: [{ user: 'Bob', state: 'offered', bytes: 0 }] })
    const follower = desk.starts(['receive', '--follow', '--json', '--profile', desk.path('Alice')])
    const { json } = await bob('receive', '--accept', 'alice', '--into', desk.path('in')).catch(async () =>
      bob('receive', '--accept', 'alice', '--into', desk.path('in')),
    )
    expect(json.at(-1)).to.deep.include({ event: 'received', transfer: noted?.transfer })
    await until('nothing is under way', async () => (await alice('transfers')).json.length === 0)
    expect((await alice('transfers', '--all')).json).to.have.length(1)
    await follower.kill('SIGTERM')
  })

  it('what one sends can be paused and cancelled from another window', async () => {
    const sending = desk.starts(['send-file', '--to', 'bob', desk.path('film.bin'), '--json', '--profile', desk.path('Alice')])
    const { transfer } = await sending.json<{ event: string; transfer: string }>(({ event }) => event === 'offered')
    const id = transfer.slice(0, 8)
    const [paused] = (await alice('transfers', 'pause', id)).json
    expect(paused).to.include({ transfer, paused: true })
    await until('nobody serves it', async () => {
      const args = ['receive', '--accept', 'alice', '--into', desk.path('held'), '--json', '--profile', desk.path('Bob')]
      return (await desk.types(args)).json.at(-1)?.code === 'peer-away'
    })
    await alice('transfers', 'cancel', id)
    expect((await sending.ended).code).to.equal(1)
    // The list is as this disk has it: word of it comes with a connection.
    await bob('receive')
    expect((await bob('transfers')).json.filter((line) => line.transfer === transfer)).to.deep.equal([])
    expect(existsSync(desk.path('held/film.bin'))).to.equal(false)
  })

  it('what is no transfer is refused in words', async () => {
    const typed = (...args: string[]) => desk.types(['transfers', ...args, '--profile', desk.path('Alice')])
    const said = [await typed('pause'), await typed('stop', 'abcd'), await typed('pause', 'xyz!'), await typed('pause', '00000000')]
    expect(said.map(({ code }) => code)).to.deep.equal([2, 2, 2, 1])
    expect(said.at(-1)?.stderr).to.contain('[transfer-unknown]')
  })
})
