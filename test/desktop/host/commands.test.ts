import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect } from 'chai'
import { ARGUMENTS } from '../../../desktop/host/arguments.ts'
import { until } from '../../support/wait.ts'
import { codeOf, type HostsFixture, openHosts, type TestHost } from './host-fixture.ts'

const ALICE = ['Alice', 'a long password'] as const
const BOB = ['Bob', 'another password'] as const

describe('the host', () => {
  let hosts: HostsFixture
  let alice: TestHost
  let bob: TestHost

  before(async () => {
    hosts = await openHosts()
    alice = await hosts.open('alice')
    bob = await hosts.open('bob')
    await alice.call('register', hosts.address, ...ALICE)
    await bob.call('register', hosts.address, ...BOB)
    await bob.call('setDownloadFolder', join(hosts.folder, 'received'))
  })
  after(() => hosts?.close())

  const idOf = async (of: TestHost) => (await of.call('view')).me?.id ?? ''
  const partOf = (of: TestHost, id: string) => of.all('transfer').findLast((one) => one.id === id)?.parts[0]
  const offerSeen = (id: string) => until('the offer at bob', () => bob.all('transfer').find((one) => one.id === id))
  const done = (of: TestHost, id: string) => until('the transfer done', () => partOf(of, id)?.state === 'done')

  describe('a page’s questions', () => {
    it('gives everything in one view', async () => {
      const view = await alice.call('view')
      expect(view.me).to.have.property('name', 'Alice')
      expect(view.connection).to.have.property('at', 'online')
      expect(view.version).to.match(/^\d+\.\d+\.\d+/)
      expect(view.hosted).to.deep.equal({ state: 'stopped', log: [] })
      expect(view.shell).to.deep.equal({ kind: 'electron', filePaths: true, tray: false, autostart: false })
      await until('both in the roster', () => alice.newest('roster')?.length === 2)
    })

    it('are refused when there is no such command or its arguments have another shape', async () => {
      for (const command of ['nonsense', '__proto__', 'constructor', '', null, 7, undefined, ['view']]) {
        expect(await codeOf(alice.host.call(command, [])), String(command)).to.equal('bad-frame')
      }
      const id = '00000000-0000-0000-0000-000000000000'
      const wrong: [string, unknown][] = [
        ['view', ['extra']],
        ['view', null],
        ['view', { length: 0 }],
        ['send', ['everyone']],
        ['send', ['nobody', 'x']],
        ['send', [['not an id'], 'x']],
        ['send', ['everyone', { toString: 'x' }]],
        ['send', [{ room: 'kitchen' }, 'x']],
        ['send', [{ room: id, more: 1 }, 'x']],
        ['joinRoom', ['kitchen']],
        ['history', [{ limit: 1 }]],
        ['history', [{ conversation: 'everyone', limit: 100_000 }]],
        ['history', [{ conversation: 'everyone', limit: 1, extra: true }]],
        ['markRead', ['everyone', -1]],
        ['accept', ['../x']],
        ['accept', [id, '/etc']],
        ['changeSettings', [{ theme: 'pink' }]],
        ['offerPaths', ['everyone', 'path']],
        ['offerPaths', ['everyone', []]],
        ['login', ['127.0.0.1', 'x']],
        ['chooseInterface', [undefined]],
      ]
      for (const [command, args] of wrong) {
        expect(await codeOf(alice.host.call(command, args)), `${command} ${JSON.stringify(args)}`).to.equal('bad-frame')
      }
    })

    it('has an answer for every command of the bridge', async () => {
      for (const command of Object.keys(ARGUMENTS)) {
        // With arguments that fit none: what is refused is the shape, never the command.
        const error = await alice.host.call(command, [1, 2, 3, 4, 5]).catch((thrown: Error) => thrown)
        expect(error, command).to.have.property('message').that.contains(`malformed ${command}`)
      }
    })

    it('tell in a code what was wrong with what a person typed', async () => {
      expect(await codeOf(alice.call('login', 'not an address!', ...ALICE))).to.equal('bad-address')
      expect(await codeOf(alice.call('login', '127.0.0.1:1', ...ALICE))).to.equal('registry-unreachable')
      expect(await codeOf(alice.call('chooseInterface', 'no-such-nic'))).to.equal('interface-unknown')
      expect(await codeOf(alice.call('send', 'everyone', 'x'.repeat(65_537), {}))).to.equal('too-large')
      expect(await codeOf(alice.call('accept', '00000000-0000-0000-0000-000000000000'))).to.equal('transfer-unknown')
      expect(await codeOf(alice.call('setDownloadFolder', 'relative'))).to.equal('folder-unwritable')
      expect(await codeOf(alice.call('offerPaths', 'everyone', ['relative']))).to.equal('nothing-to-send')
    })
  })

  describe('messages', () => {
    it('reach the other window as events, with conversations, unread counts and receipts kept up to date', async () => {
      const { id } = await alice.call('send', [await idOf(bob)], 'hello Bob', {})
      const message = await until('the message at bob', () => bob.all('message').find((one) => one.id === id))
      const { position } = message
      expect(message.body).to.deep.equal({ kind: 'text', text: 'hello Bob' })
      const conversation = await until('the conversation at bob', () =>
        bob.newest('conversations')?.find((one) => one.id === message.conversation && one.unread === 1),
      )
      expect(await bob.call('history', { conversation: conversation.id, limit: 10 })).to.have.lengthOf(1)
      await bob.call('markRead', conversation.id, position)
      await until('no more unread', () => bob.newest('conversations')?.every((one) => one.unread === 0))
      const bobId = await idOf(bob)
      await until('the read receipt at alice', () =>
        alice.all('message').some((one) => one.id === id && one.receipts?.read.includes(bobId)),
      )
    })
  })

  describe('files', () => {
    it('offered by path arrive in the download folder, and the file manager is opened on them', async () => {
      const file = join(hosts.folder, 'report.txt')
      await writeFile(file, 'the report')
      const offered = await alice.call('offerPaths', [await idOf(bob)], [file])
      await offerSeen(offered.id)
      await bob.call('accept', offered.id)
      await Promise.all([done(bob, offered.id), done(alice, offered.id)])
      expect(await readFile(join(hosts.folder, 'received', 'report.txt'), 'utf8')).to.equal('the report')
      await bob.call('showFolder', offered.id)
      expect(bob.shown).to.deep.equal([join(hosts.folder, 'received', 'report.txt')])
    })

    it('uploaded by a page are offered in their folder’s shape and removed when everybody has them', async () => {
      const ids = [
        await alice.host.uploads.add('trip/one.txt', Readable.from(['1'])),
        await alice.host.uploads.add('trip/in/two.txt', Readable.from(['2'])),
      ]
      const offered = await alice.call('offerUploads', [await idOf(bob)], ids)
      expect(offered.files.map(({ path }) => path)).to.have.members(['trip/one.txt', 'trip/in/two.txt'])
      expect(await readdir(join(alice.profile, 'uploads'))).to.have.lengthOf(2)
      await offerSeen(offered.id)
      await bob.call('accept', offered.id)
      await done(bob, offered.id)
      expect(await readFile(join(hosts.folder, 'received', 'trip', 'in', 'two.txt'), 'utf8')).to.equal('2')
      await until('the uploads gone', async () => (await readdir(join(alice.profile, 'uploads'))).length === 0)
    })

    it('that are declined or withdrawn leave no uploads behind', async () => {
      for (const end of [(id: string) => bob.call('decline', id), (id: string) => alice.call('cancel', id)]) {
        const upload = await alice.host.uploads.add('x.txt', Readable.from(['x']))
        const offered = await alice.call('offerUploads', [await idOf(bob)], [upload])
        await offerSeen(offered.id)
        await end(offered.id)
        await until('the uploads gone', async () => (await readdir(join(alice.profile, 'uploads'))).length === 0)
      }
    })

    it('an offer that fails keeps no uploads', async () => {
      const upload = await alice.host.uploads.add('x.txt', Readable.from(['x']))
      expect(await codeOf(alice.call('offerUploads', ['AAAAAAAAAAAAAAAAAAAAAA'], [upload]))).to.equal('user-unknown')
      expect(await readdir(join(alice.profile, 'uploads'))).to.be.empty
    })

    it('cannot be named by path from a browser page', async () => {
      const browser = await hosts.open('browser', { shell: { kind: 'browser', open: async () => undefined, show: async () => undefined } })
      expect((await browser.call('view')).shell).to.deep.equal({ kind: 'browser', filePaths: false, tray: false, autostart: false })
      for (const attempt of [
        browser.call('offerPaths', 'everyone', ['/etc/passwd']),
        browser.call('pickFiles'),
        browser.call('pickFolder'),
      ]) {
        expect(await codeOf(attempt)).to.equal('bad-frame')
      }
      await browser.host.close()
    })
  })

  describe('signing in', () => {
    it('tells who is signed in, and after signing out nobody is', async () => {
      const carol = await hosts.open('carol')
      expect(await codeOf(carol.call('login', hosts.address, 'Carol', 'a wrong password'))).to.equal('sign-in-failed')
      const user = await carol.call('register', hosts.address, 'Carol', 'password of carol')
      expect(carol.all('me')).to.deep.equal([user])
      await carol.call('logout')
      expect(carol.newest('me')).to.equal(null)
      expect(carol.newest('connection')).to.deep.equal({ at: 'signed-out' })
      expect((await carol.call('view')).me).to.equal(null)
      await carol.host.close()
    })

    it('lasts over a restart: the app goes online by itself, with an unfinished offer of uploads still there', async () => {
      const first = await hosts.open('dora')
      await first.call('register', hosts.address, 'Dora', 'password of dora')
      const upload = await first.host.uploads.add('plan.txt', Readable.from(['the plan']))
      const offered = await first.call('offerUploads', [await idOf(bob)], [upload])
      await first.host.close()
      const again = await hosts.open('dora')
      await until('dora online', async () => (await again.call('view')).connection.at === 'online')
      await offerSeen(offered.id)
      await bob.call('accept', offered.id)
      await done(bob, offered.id)
      expect(await readFile(join(hosts.folder, 'received', 'plan.txt'), 'utf8')).to.equal('the plan')
    })

    it('a second app on the same profile is told that it is in use, and the first goes on', async () => {
      expect(await codeOf(hosts.open('alice'))).to.equal('data-in-use')
      expect((await alice.call('view')).connection.at).to.equal('online')
    })
  })

  it('keeps settings and tells of them', async () => {
    await alice.call('changeSettings', { theme: 'dark' })
    await alice.call('chooseInterface', 'lo')
    expect(alice.newest('settings')).to.deep.include({ theme: 'dark', interface: 'lo' })
    expect(alice.newest('interfaces')?.filter(({ chosen }) => chosen)).to.have.lengthOf(1)
    const blocked = join(hosts.folder, 'a-file')
    await writeFile(blocked, '')
    expect(await codeOf(alice.call('setDownloadFolder', join(blocked, 'under')))).to.equal('folder-unwritable')
    expect(await codeOf(alice.call('setDownloadFolder', blocked))).to.equal('folder-unwritable')
    await mkdir(join(hosts.folder, 'elsewhere'))
    await alice.call('setDownloadFolder', join(hosts.folder, 'elsewhere'))
    const stored = JSON.parse(await readFile(join(alice.profile, 'settings.json'), 'utf8'))
    expect(stored).to.deep.include({ downloadFolder: join(hosts.folder, 'elsewhere'), theme: 'dark', interface: 'lo', registry: null })
  })
})
