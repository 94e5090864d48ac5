/** What the badge, the tray and the session's start are told, by a real host beside a real registry. */
import type { Shell } from '../../../desktop/host/shell.ts'
import { until } from '../../support/wait.ts'
import { type HostsFixture, openHosts, type TestHost } from './host-fixture.ts'

describe('the badge', () => {
  let hosts: HostsFixture
  let alice: TestHost
  let bob: TestHost
  let told: number[]
  const shell = (): Shell => ({
    kind: 'electron',
    open: async () => undefined,
    show: async () => undefined,
    attention: (unread) => told.push(unread),
  })
  const shows = (unread: number) => until(`the badge shows ${unread}, not ${told.at(-1)}`, () => told.at(-1) === unread)
  const unreadOf = async () => (await alice.call('view')).conversations.find(({ unread }) => unread > 0)

  before(async () => {
    told = []
    hosts = await openHosts()
    alice = await hosts.open('alice', { shell: shell() })
    bob = await hosts.open('bob')
    await alice.call('register', hosts.address, 'Alice', 'a long password')
    await bob.call('register', hosts.address, 'Bob', 'another password')
  })
  after(() => hosts?.close())

  it('counts what was not read, of all conversations, and less once it is read', async () => {
    const me = (await alice.call('view')).me?.id ?? ''
    await bob.call('send', 'everyone', 'one', {})
    await bob.call('send', 'everyone', 'two', {})
    await bob.call('send', [me], 'three', {})
    await shows(3)
    const everyone = (await alice.call('view')).conversations.find(({ id }) => id === 'everyone')
    await alice.call('markRead', 'everyone', everyone?.last?.position ?? 0)
    await shows(1)
  })

  it('leaves out what is muted, at once, and counts it again when it is not', async () => {
    const conversation = (await unreadOf())?.id ?? ''
    await alice.call('setMuted', conversation, true)
    await shows(0)
    await alice.call('setMuted', conversation, false)
    await shows(1)
  })

  it('is there again when the app is started anew, and gone when one signs out', async () => {
    await alice.host.close()
    told = []
    alice = await hosts.open('alice', { shell: shell() })
    await shows(1)
    await alice.call('logout')
    await shows(0)
  })
})
