import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Client, Transfer } from '../../core/client/client.ts'
import { collect, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'
import { startWire, type Wire } from '../support/wire.ts'

const MiB = 1024 * 1024

describe('files between people', () => {
  let team: Team<'alice' | 'bob' | 'carol'>
  let wire: Wire
  const target = { host: '127.0.0.1', port: 0 }
  /** Whether alice can be dialled, and through a cable that can be cut. */
  let dialled: 'directly' | 'by wire' | 'not' = 'directly'
  const endpoints = (port: number) => {
    target.port = port
    if (dialled === 'not') return ['127.0.0.1:9']
    return [`127.0.0.1:${dialled === 'by wire' ? wire.address.port : port}`]
  }
  const reopened = async (name: 'alice' | 'bob' | 'carol', options: Parameters<typeof team.open>[1] = {}): Promise<Client> => {
    await team.people[name].close()
    const client = await team.open(name, name === 'alice' ? { endpoints, ...options } : options)
    team.people[name] = client
    await client.connect()
    return client
  }
  const file = (name: string, bytes: number): string => {
    const path = join(team.folder, name)
    writeFileSync(path, randomBytes(bytes))
    return path
  }
  const folder = (name: string): string => {
    const path = join(team.folder, 'into', name)
    mkdirSync(path, { recursive: true })
    return path
  }
  const known = (client: Client, id: string) => until(`the offer is known`, () => client.transfer(id))
  const state = (client: Client, id: string, of?: Client) =>
    client.transfer(id)?.parts.find(({ user }) => !of || user.id === of.me?.id)?.state
  const reach = (client: Client, id: string, wanted: Transfer['parts'][0]['state'], of?: Client) =>
    until(`it is ${wanted}, not ${state(client, id, of)}`, () => state(client, id, of) === wanted)

  before(async () => {
    team = await startTeam(['alice', 'bob', 'carol'])
    wire = await startWire(target)
  })
  after(async () => {
    await team?.close()
    await wire?.close()
  })

  it('go to whom they were offered, checked and in place, and both sides say so', async () => {
    const { alice, bob, carol } = team.people
    const path = file('photo.jpg', 3 * MiB + 17)
    const offers = collect(bob, 'message')
    const offer = await alice.offer(alice.resolve(['bob']), [path])
    expect(offer).to.deep.include({ direction: 'send', bytes: 3 * MiB + 17, files: [{ path: 'photo.jpg', bytes: 3 * MiB + 17 }] })
    expect(offer.parts).to.deep.equal([{ user: { id: bob.me?.id, name: 'bob' }, state: 'offered', bytes: 0 }])
    await known(bob, offer.id)
    expect(offers.map(({ body }) => body.kind === 'offer' && body.transfer)).to.deep.equal([offer.id])
    const steps = collect(bob, 'transfer')
    await bob.accept(offer.id, folder('bob'))
    await reach(bob, offer.id, 'done')
    await reach(alice, offer.id, 'done')
    const [paths] = [bob.transfer(offer.id)?.paths]
    expect(paths).to.deep.equal([join(folder('bob'), 'photo.jpg')])
    expect(readFileSync(paths?.[0] ?? '').equals(readFileSync(path))).to.equal(true)
    expect(bob.transfer(offer.id)?.parts[0]).to.deep.include({ bytes: 3 * MiB + 17, path: 'direct' })
    expect(alice.transfer(offer.id)?.parts[0]).to.deep.include({ bytes: 3 * MiB + 17, path: 'direct' })
    const order = [...new Set(steps.map(({ parts }) => parts[0]?.state))]
    expect(order[0]).to.equal('accepted')
    expect(order.at(-1)).to.equal('done')
    expect(order).to.include('connecting')
    expect(carol.transfer(offer.id)).to.equal(null)
  })

  it('can be declined, which the sender sees', async () => {
    const { alice, bob } = team.people
    const { id } = await alice.offer(alice.resolve(['bob']), [file('unwanted.txt', 10)])
    await known(bob, id)
    await bob.decline(id)
    await reach(alice, id, 'declined')
    expect(state(bob, id)).to.equal('declined')
  })

  it('go to everyone at once, each accepting or not', async () => {
    const { alice, bob, carol } = team.people
    const path = file('minutes.pdf', MiB)
    const { id, parts } = await alice.offer('everyone', [path])
    expect(parts).to.have.length(2)
    await Promise.all([known(bob, id), known(carol, id)])
    await bob.accept(id, folder('bob-2'))
    await carol.accept(id, folder('carol-2'))
    await reach(alice, id, 'done', bob)
    await reach(alice, id, 'done', carol)
  })

  it('are refused by name when there is nothing at a path', async () => {
    const { alice } = team.people
    const before = alice.transfers().length
    const error = await alice.offer('everyone', [join(team.folder, 'no such file')]).catch((refused) => refused)
    expect(error.code).to.be.oneOf(['nothing-to-send', 'file-unreadable'])
    expect(alice.transfers()).to.have.length(before)
    expect(await team.people.bob.accept('0'.repeat(8), folder('x')).catch((refused) => refused)).to.have.property(
      'code',
      'transfer-unknown',
    )
  })

  it('can be taken back: nobody gets them any more', async () => {
    const { alice, bob } = team.people
    const { id } = await alice.offer(alice.resolve(['bob']), [file('secret.txt', 10)])
    await known(bob, id)
    await alice.cancel(id)
    expect(state(alice, id)).to.equal('withdrawn')
    await reach(bob, id, 'withdrawn')
    expect(await bob.accept(id, folder('bob-3')).catch((error) => error)).to.have.property('code', 'cancelled')
    expect(readdirSync(folder('bob-3'))).to.deep.equal([])
  })

  it('taken back while they move leave nothing behind', async () => {
    dialled = 'by wire'
    const alice = await reopened('alice')
    const { bob } = team.people
    const { id } = await alice.offer(alice.resolve(['bob']), [file('half.bin', 12 * MiB)])
    await known(bob, id)
    wire.cutAfter(5 * MiB)
    await bob.accept(id, folder('bob-4'))
    await until('a part has arrived', () => (bob.transfer(id)?.parts[0]?.bytes ?? 0) > 0)
    await alice.cancel(id)
    await reach(bob, id, 'withdrawn')
    await until('the folder is empty', () => readdirSync(folder('bob-4')).length === 0)
    wire.mend()
  })

  it('go on by themselves after a cut, where they stopped', async () => {
    const { alice, bob } = team.people
    const path = file('long.bin', 24 * MiB)
    const { id } = await alice.offer(alice.resolve(['bob']), [path])
    await known(bob, id)
    const from = wire.bytes
    wire.cutAfter(10 * MiB)
    await bob.accept(id, folder('bob-5'))
    await until('it was cut', () => wire.bytes - from >= 10 * MiB)
    wire.mend()
    await reach(bob, id, 'done')
    await reach(alice, id, 'done')
    expect(wire.bytes - from, 'hardly anything went twice').to.be.lessThan(24 * MiB + 2 * MiB)
    expect(readFileSync(join(folder('bob-5'), 'long.bin')).equals(readFileSync(path))).to.equal(true)
  })

  it('go on when they are accepted again by a later process, after the receiver ended in the middle', async () => {
    const { alice, bob } = team.people
    const path = file('interrupted.bin', 24 * MiB)
    const { id } = await alice.offer(alice.resolve(['bob']), [path])
    await known(bob, id)
    wire.cutAfter(10 * MiB)
    await bob.accept(id, folder('bob-6'))
    const arrived = () => bob.transfer(id)?.parts[0]?.bytes ?? 0
    await until('a part has arrived', () => arrived() > 4 * MiB)
    const lacking = 24 * MiB - arrived()
    await bob.close()
    wire.mend()
    const from = wire.bytes
    const later = await team.open('bob')
    team.people.bob = later
    expect(later.transfer(id)?.parts[0]).to.include({ state: 'failed', code: 'connection-lost' })
    expect(state(alice, id)).to.equal('accepted')
    await later.connect()
    await later.accept(id, later.transfer(id)?.into ?? '')
    await reach(later, id, 'done')
    await reach(alice, id, 'done')
    expect(wire.bytes - from, 'what had arrived did not come again').to.be.lessThan(lacking + 2 * MiB)
    expect(readFileSync(join(folder('bob-6'), 'interrupted.bin')).equals(readFileSync(path))).to.equal(true)
  })

  it('wait for a sender who is away, and come when a program of theirs that stays is back', async () => {
    const { alice, bob } = team.people
    const { id } = await alice.offer(alice.resolve(['bob']), [file('later.txt', 1000)])
    await known(bob, id)
    await alice.close()
    await bob.accept(id, folder('bob-7'))
    await reach(bob, id, 'failed')
    expect(bob.transfer(id)?.parts[0]).to.include({ code: 'peer-away' })
    const back = await team.open('alice', { endpoints, serveUnfinished: true })
    team.people.alice = back
    await back.connect()
    await reach(bob, id, 'done')
    await reach(back, id, 'done')
  })

  it('offered again, the same to the same and unfinished, are the same transfer', async () => {
    const { alice, bob } = team.people
    const path = file('again.txt', 1000)
    const first = await alice.offer(alice.resolve(['bob']), [path])
    expect((await alice.offer(alice.resolve(['bob']), [path])).id).to.equal(first.id)
    expect((await alice.offer('everyone', [path])).id).to.not.equal(first.id)
    const later = await reopened('alice')
    expect((await later.offer(later.resolve(['bob']), [path])).id).to.equal(first.id)
    writeFileSync(path, 'something else')
    const changed = await later.offer(later.resolve(['bob']), [path])
    expect(changed.id, 'another content is another offer').to.not.equal(first.id)
    await known(bob, changed.id)
    await bob.decline(changed.id)
    await reach(later, changed.id, 'declined')
    expect((await later.offer(later.resolve(['bob']), [path])).id, 'declined is finished').to.not.equal(changed.id)
  })

  it('come from a sender who cannot be dialled: it dials', async () => {
    dialled = 'not'
    const alice = await reopened('alice')
    const { bob } = team.people
    const { id } = await alice.offer(alice.resolve(['bob']), [file('reverse.txt', 5000)])
    await known(bob, id)
    await bob.accept(id, folder('bob-8'))
    await reach(bob, id, 'done')
    expect(bob.transfer(id)?.parts[0]?.path).to.equal('reverse')
    dialled = 'by wire'
    await reopened('alice')
  })

  it('are received by one process of a profile at a time', async () => {
    const { alice, bob } = team.people
    const second = await team.open('bob')
    await second.connect()
    const { id } = await alice.offer(alice.resolve(['bob']), [file('once.bin', 8 * MiB)])
    await Promise.all([known(bob, id), known(second, id)])
    wire.cutAfter(2 * MiB)
    await bob.accept(id, folder('bob-9'))
    expect(await second.accept(id, folder('bob-9')).catch((error) => error)).to.have.property('code', 'data-in-use')
    await bob.cancel(id)
    await reach(alice, id, 'cancelled')
    wire.mend()
    await second.accept(id, folder('bob-9'))
    await reach(second, id, 'done')
    await second.close()
  })

  it('that arrived while the registry was away are told of when it is back', async () => {
    const { alice, bob } = team.people
    const other = await team.open('alice-elsewhere')
    await other.login(team.address, 'alice', 'password of alice')
    const { id } = await alice.offer(alice.resolve(['bob']), [file('quiet.bin', 12 * MiB)])
    await known(bob, id)
    await known(other, id)
    const gone = new Promise<void>((resolve) => {
      bob.on('transfer', ({ parts }) => {
        if (parts[0]?.state === 'moving') void team.registry.close().then(resolve)
      })
    })
    await bob.accept(id, folder('bob-10'))
    await reach(bob, id, 'done')
    await gone
    await team.startAgain()
    await reach(other, id, 'done')
  })
})
