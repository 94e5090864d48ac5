import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Client, TransferPart } from '../../core/client/client.ts'
import type { ClientOptions } from '../../core/client/open.ts'
import { type Clock, systemClock } from '../../core/protocol/clock.ts'
import { collect, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'

const MiB = 1024 * 1024

describe('the way of a transfer', () => {
  let team: Team<'alice' | 'bob'>

  before(async () => {
    team = await startTeam(['alice', 'bob'])
  })
  after(() => team?.close())

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
  const reopened = async (name: 'alice' | 'bob', options: Partial<ClientOptions> = {}): Promise<Client> => {
    await team.people[name].close()
    team.people[name] = await team.open(name, options)
    await team.people[name].connect()
    return team.people[name]
  }
  const part = (client: Client, id: string): TransferPart | undefined => client.transfer(id)?.parts[0]
  const known = (client: Client, id: string) => until('the offer is known', () => client.transfer(id))
  const reach = (client: Client, id: string, state: TransferPart['state']) =>
    until(`it is ${state}, not ${part(client, id)?.state}`, () => part(client, id)?.state === state)
  const moves = (client: Client, id: string, bytes: number) =>
    until(`${bytes} bytes have come`, () => part(client, id)?.state === 'moving' && (part(client, id)?.bytes ?? 0) > bytes)

  it('leads through the registry where neither can be dialled', async () => {
    const nowhere = () => ['127.0.0.1:9']
    const alice = await reopened('alice', { endpoints: nowhere })
    const bob = await reopened('bob', { endpoints: nowhere })
    const path = file('relayed.bin', 3 * MiB + 5)
    const { id } = await alice.offer(alice.resolve(['bob']), [path])
    await known(bob, id)
    await bob.accept(id, folder('relayed'))
    await reach(bob, id, 'done')
    await reach(alice, id, 'done')
    expect([part(alice, id)?.path, part(bob, id)?.path]).to.deep.equal(['relay', 'relay'])
    expect(readFileSync(bob.transfer(id)?.paths?.[0] ?? '').equals(readFileSync(path))).to.equal(true)
    expect(team.log.join('\n')).to.match(/bob and alice cannot reach each other/)
    await reopened('alice')
    await reopened('bob')
  })

  it('leads there much sooner the next time, and is sought anew where one can be dialled again', async () => {
    const nowhere = () => ['127.0.0.1:9']
    let alice = await reopened('alice', { endpoints: nowhere })
    // What waits for two seconds waits for ever, once this is set.
    let isPatient = false
    const after: Clock['after'] = (millis, run, idle) => systemClock.after(isPatient && millis === 2_000 ? 3_600_000 : millis, run, idle)
    const bob = await reopened('bob', { endpoints: nowhere, clock: { ...systemClock, after } })
    const fetched = async (name: string) => {
      const { id } = await alice.offer(alice.resolve(['bob']), [file(`${name}.bin`, MiB)])
      await known(bob, id)
      await bob.accept(id, folder(name))
      await reach(bob, id, 'done')
      return part(bob, id)?.path
    }
    expect(await fetched('slow')).to.equal('relay')
    isPatient = true
    expect(await fetched('soon')).to.equal('relay')
    alice = await reopened('alice')
    expect(await fetched('near')).to.equal('direct')
    await reopened('bob')
  })

  it('is sought once, though it is accepted before its sender has said that it holds the files', async () => {
    // Takes calls and never answers, as a firewall that drops.
    const silent = createServer((socket) => void socket.on('error', () => undefined).unref()).unref()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const dead = () => [`127.0.0.1:${(silent.address() as AddressInfo).port}`]
    const alice = await reopened('alice', { endpoints: dead })
    const bob = await reopened('bob', { endpoints: dead })
    const accepted = new Set<string>()
    const stop = bob.on('transfer', ({ id, parts }) => {
      if (parts[0]?.state !== 'offered' || accepted.has(id)) return
      accepted.add(id)
      void bob.accept(id, folder('at once'))
    })
    // The first one starts the engines; from then on the ticket is asked for within a millisecond.
    for (const name of ['first.bin', 'second.bin']) {
      const { id } = await alice.offer(alice.resolve(['bob']), [file(name, MiB)])
      await known(bob, id)
      await reach(bob, id, 'done')
      expect(part(bob, id)?.path).to.equal('relay')
      expect(team.log.filter((line) => line.includes(`a ticket to fetch ${id}`))).to.have.lengthOf(1)
    }
    stop()
    silent.close()
    await reopened('alice')
    await reopened('bob')
  })

  it('can be paused by the receiver, also from another process, over a restart, and goes on where it was', async () => {
    const { alice } = team.people
    const { bob } = team.people
    bob.setTransferSettings({ down: MiB })
    const { id } = await alice.offer(alice.resolve(['bob']), [file('pause.bin', 12 * MiB)])
    await known(bob, id)
    await bob.accept(id, folder('pause'))
    await moves(bob, id, MiB)
    expect(part(bob, id)?.rate ?? 1).to.be.above(0)
    const second = await team.open('bob')
    await second.pause(id)
    expect(part(second, id)?.state).to.equal('paused')
    await until('the first process has let go', () => part(alice, id)?.state === 'paused')
    expect(part(alice, id)?.code).to.equal('paused')
    await second.close()
    const had = part(bob, id)?.bytes ?? 0
    const later = await reopened('bob', { serveUnfinished: true })
    expect(later.transfer(id)).to.deep.include({ paused: true })
    const steps = collect(later, 'transfer')
    later.setTransferSettings({ down: null })
    await later.resume(id)
    await reach(later, id, 'done')
    const first = steps.map(({ parts }) => parts[0]).find((one) => one?.state === 'moving' && one.bytes > 0)
    expect(first?.bytes).to.be.at.least(had - MiB)
  })

  it('can be paused by the sender: nobody fetches until it goes on', async () => {
    const { alice, bob } = team.people
    bob.setTransferSettings({ down: MiB })
    const { id } = await alice.offer(alice.resolve(['bob']), [file('held.bin', 12 * MiB)])
    await known(bob, id)
    await bob.accept(id, folder('held'))
    await moves(bob, id, MiB)
    await alice.pause(id)
    expect(alice.transfer(id)).to.deep.include({ paused: true })
    await until('bob is told that nobody serves it', () => part(bob, id)?.code === 'peer-away')
    expect(part(alice, id)?.state).to.equal('paused')
    bob.setTransferSettings({ down: null })
    await alice.resume(id)
    await reach(bob, id, 'done')
    await reach(alice, id, 'done')
  })

  it('is cancelled by another process of the receiver, which leaves nothing', async () => {
    const { alice, bob } = team.people
    const { id } = await alice.offer(alice.resolve(['bob']), [file('dropped.bin', 12 * MiB)])
    await known(bob, id)
    bob.setTransferSettings({ down: MiB })
    await bob.accept(id, folder('dropped'))
    await moves(bob, id, MiB / 2)
    const second = await team.open('bob')
    await second.connect()
    await second.cancel(id)
    await reach(alice, id, 'cancelled')
    await until('nothing is left', () => readdirSync(folder('dropped')).length === 0)
    await second.close()
    bob.setTransferSettings({ down: null })
  })

  it('begins on this disk without a connection, and by itself with one', async () => {
    const { bob } = team.people
    await team.people.alice.close()
    await team.registry.close()
    const path = file('later.txt', 100)
    const offline = await team.open('alice')
    await offline.connect().catch(() => undefined)
    const offer = await offline.offer(offline.resolve(['bob']), [path], { later: true })
    expect(offer).to.deep.include({ queued: true, bytes: 100 })
    expect(offline.message(offer.message)).to.deep.include({ state: 'queued' })
    const taken = await offline.offer(offline.resolve(['bob']), [file('never.txt', 5)], { later: true })
    await offline.cancel(taken.id)
    expect([offline.transfer(taken.id), offline.message(taken.message)]).to.deep.equal([null, null])
    await offline.close()
    await team.startAgain()
    const later = await team.open('alice', { serveUnfinished: 'sending' })
    await later.connect()
    await known(bob, offer.id)
    expect(bob.transfer(taken.id)).to.equal(null)
    expect(later.transfer(offer.id)?.queued).to.equal(undefined)
    await bob.accept(offer.id, folder('later'))
    await reach(bob, offer.id, 'done')
    await reach(later, offer.id, 'done')
    team.people.alice = later
  })

  it('ends where what was offered is not there any more, and says so to who offered it', async () => {
    const path = file('moved.txt', 10)
    const { id } = await team.people.alice.offer(team.people.alice.resolve(['bob']), [path])
    rmSync(path)
    const alice = await reopened('alice', { serveUnfinished: true })
    await reach(alice, id, 'failed')
    expect(part(alice, id)?.code).to.equal('file-unreadable')
    expect(await alice.resume(id).catch((error) => error)).to.have.property('code', 'file-unreadable')
    writeFileSync(path, 'other text')
    await alice.resume(id)
    await known(team.people.bob, id)
    await team.people.bob.accept(id, folder('back'))
    await reach(team.people.bob, id, 'done')
  })

  it('comes in at the port that was set; a second program of the profile, which cannot have it, says so and takes another', async () => {
    const { alice, bob } = team.people
    const taken = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port } = server.address() as AddressInfo
        server.close(() => resolve(port))
      })
    })
    bob.setTransferSettings({ peerPort: taken })
    const ports: number[] = []
    const endpoints = (port: number) => {
      ports.push(port)
      return [`127.0.0.1:${port}`]
    }
    const first = await reopened('bob', { endpoints })
    const second = await team.open('bob', { endpoints })
    const troubles = collect(second, 'trouble')
    await second.connect()
    await first.offer(first.resolve(['alice']), [file('at the port.txt', 5)])
    const { id } = await second.offer(second.resolve(['alice']), [file('beside it.txt', 5)])
    expect(ports[0]).to.equal(taken)
    expect(ports[1]).to.not.be.oneOf([0, taken])
    expect(troubles.map(({ code }) => code)).to.deep.equal(['port-taken'])
    await known(alice, id)
    const outright = await team.open('bob', { peer: { host: '127.0.0.1', port: taken } })
    await outright.connect()
    expect(await outright.offer('everyone', [file('never.txt', 5)]).catch((error) => error)).to.have.property('code', 'port-taken')
    await Promise.all([second.close(), outright.close()])
    first.setTransferSettings({ peerPort: 0 })
  })

  it('brings all but the file that changed, which both sides name', async () => {
    const { alice, bob } = team.people
    mkdirSync(join(team.folder, 'plans'))
    const [kept, changed] = [file('plans/kept.txt', 10), file('plans/changed.txt', 10)]
    const { id } = await alice.offer(alice.resolve(['bob']), [join(team.folder, 'plans')])
    writeFileSync(changed, 'is longer than it was')
    await known(bob, id)
    await bob.accept(id, folder('partly'))
    await reach(bob, id, 'failed')
    await until('alice knows', () => part(alice, id)?.code === 'files-missing')
    const missing = [{ path: 'plans/changed.txt', code: 'file-changed' }]
    for (const client of [alice, bob]) expect(part(client, id)).to.deep.include({ code: 'files-missing', missing, missingCount: 1 })
    const [there = ''] = bob.transfer(id)?.paths ?? []
    expect(readdirSync(there)).to.deep.equal(['kept.txt'])
    expect(readFileSync(join(there, 'kept.txt')).equals(readFileSync(kept))).to.equal(true)
    expect(await bob.resume(id).catch((error) => error)).to.have.property('code', 'files-missing')
  })

  it('is decided by rules that every program of the profile has', async () => {
    const { alice, bob } = team.people
    const second = await team.open('bob')
    second.setTransferSettings({ accept: [{ from: alice.me?.id ?? '', upTo: 50 }] })
    expect(bob.transferSettings().accept).to.have.length(1)
    const [small, large] = [
      await alice.offer(alice.resolve(['bob']), [file('small.txt', 50)]),
      await alice.offer(alice.resolve(['bob']), [file('large.txt', 51)]),
    ]
    const seen = [await known(bob, small.id), await known(bob, large.id)]
    expect(seen.map((transfer) => bob.accepts(transfer))).to.deep.equal([true, false])
    expect(alice.accepts(small)).to.equal(false)
    await second.close()
  })
})
