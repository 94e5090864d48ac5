import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Client } from '../../../core/client/client.ts'
import { openClient } from '../../../core/client/open.ts'
import { startRegistry } from '../../../core/registry/registry.ts'
import { openDatabase } from '../../../core/sqlite.ts'
import { until } from '../../support/wait.ts'
import { codeOf, type HostsFixture, openHosts, type TestHost } from './host-fixture.ts'

describe('the host, with what people do in other programs', () => {
  let hosts: HostsFixture
  let alice: TestHost
  let carol: Client

  before(async () => {
    hosts = await openHosts()
    alice = await hosts.open('alice')
    await alice.call('register', hosts.address, 'Alice', 'a long password')
    carol = await openClient({ profile: join(hosts.folder, 'carol'), peer: { host: '127.0.0.1' } })
    await carol.register({ host: '127.0.0.1', port: hosts.registry.port }, 'Carol', 'password of carol')
  })
  after(async () => {
    await carol?.close()
    await hosts?.close()
  })

  const aliceId = async () => (await alice.call('view')).me?.id ?? ''
  const newestOf = (id: string) => alice.all('message').findLast((message) => message.id === id)

  it('tells of rooms, joins an open one, and what is sent to it is in its conversation', async () => {
    const made = await carol.createRoom('Kitchen', { open: true })
    await until('the room is known', () => alice.newest('rooms')?.some(({ id, member }) => id === made.id && !member))
    await alice.call('joinRoom', made.id)
    await until('in it', () => alice.newest('rooms')?.some(({ id, member }) => id === made.id && member))
    expect((await alice.call('view')).rooms.map(({ name }) => name)).to.deep.equal(['Kitchen'])
    const { id } = await alice.call('send', { room: made.id }, 'Who cooks?', {})
    await until('it is with Carol', () => carol.message(id) !== null)
    expect(carol.message(id)).to.have.property('conversation', made.conversation)
    await until('it is sent', () => newestOf(id)?.state === undefined && newestOf(id)?.receipts?.delivered.length === 1)
    await until('a conversation', () => alice.newest('conversations')?.some(({ room }) => room?.name === 'Kitchen'))
    await carol.renameRoom(made.id, 'Canteen')
    await until('its new name', () => alice.newest('conversations')?.some(({ room }) => room?.name === 'Canteen'))
    expect(await codeOf(alice.call('joinRoom', 'AAAAAAAAAAAAAAAAAAAAAA'))).to.equal('room-unknown')
  })

  it('a message is told anew when it is edited, answered with a sign or taken back', async () => {
    const { id } = await carol.send([await aliceId()], 'at nine')
    await until('it is here', () => newestOf(id))
    await carol.edit(id, 'at ten')
    await until('the new words', () => newestOf(id)?.body.kind === 'text' && newestOf(id)?.edited)
    expect(newestOf(id)?.body).to.deep.equal({ kind: 'text', text: 'at ten' })
    await carol.react(id, '👍', true)
    await until('the sign', () => newestOf(id)?.reactions?.some(({ emoji }) => emoji === '👍'))
    await carol.takeBack(id)
    await until('taken back', () => newestOf(id)?.gone)
    expect(JSON.stringify(newestOf(id))).to.not.contain('at ten')
    await until('in the list', () => alice.newest('conversations')?.some(({ last }) => last.id === id && last.gone))
  })

  it('busy and away are presences of their own', async () => {
    for (const presence of ['busy', 'away', 'online'] as const) {
      carol.setPresence(presence)
      await until(presence, () => alice.newest('roster')?.some((one) => one.name === 'Carol' && one.presence === presence))
    }
  })

  it('what is sent without a connection is told as waiting, and is gone from every page when it is cancelled', async () => {
    await hosts.registry.close()
    await until('offline', () => alice.newest('connection')?.at === 'waiting')
    const { id } = await alice.call('send', 'everyone', 'later', {})
    expect(newestOf(id)).to.include({ state: 'queued', position: 0 })
    expect((await alice.call('history', { conversation: 'everyone', limit: 10 })).at(-1)?.id).to.equal(id)
    expect(await alice.call('cancelQueued', id)).to.equal(true)
    expect(alice.newest('removed')).to.deep.equal({ id, conversation: 'everyone' })
    expect(await alice.call('cancelQueued', id)).to.equal(false)
  })

  it('what goes wrong while nobody asked for anything is told, to pages opened later too, until it is dismissed', async () => {
    expect((await alice.call('view')).trouble).to.equal(null)
    const accounts = join(alice.profile, 'accounts')
    const [file = ''] = (await readdir(accounts)).filter((name) => name.endsWith('.db'))
    const database = openDatabase(join(accounts, file))
    database.exec('ALTER TABLE outbox RENAME TO elsewhere')
    const options = { data: join(hosts.folder, 'registry'), name: 'Team', host: '127.0.0.1', log: () => undefined }
    const again = await startRegistry({ ...options, port: hosts.registry.port })
    await alice.call('retryNow')
    const trouble = await until('the trouble', () => alice.newest('trouble'))
    database.exec('ALTER TABLE elsewhere RENAME TO outbox')
    database.close()
    expect(trouble).to.have.property('message').that.contains('outbox')
    expect((await alice.call('view')).trouble).to.deep.equal(trouble)
    await alice.call('dismissTrouble')
    expect(alice.newest('trouble')).to.equal(null)
    expect((await alice.call('view')).trouble).to.equal(null)
    await again.close()
  })
})
