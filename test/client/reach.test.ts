import { expect } from 'chai'
import type { RegistryAddress } from '../../core/client/client.ts'
import { type Locate, reach } from '../../core/client/reach.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { fakeClock } from '../support/fake-clock.ts'

const known = { id: 'r', name: 'Team', host: '10.0.0.1', port: 6784, fingerprint: 'aa' }

/** A network on which each host does as it is told; what is not there does not answer until it is no longer waited for. */
function network(hosts: Record<string, 'ours' | 'slow' | 'stranger' | 'refuses' | 'nobody'>, locate: Locate) {
  const clock = fakeClock()
  const dialled: string[] = []
  const discarded: string[] = []
  const greet = async ({ host }: RegistryAddress, signal: AbortSignal) => {
    dialled.push(host)
    const what = hosts[host]
    if (what === 'ours') return host
    if (what === 'stranger') throw new OptiChatError('registry-untrusted')
    if (what === 'refuses') throw new OptiChatError('device-revoked')
    if (what === 'nobody') throw new OptiChatError('registry-unreachable', host)
    if (what === 'slow') {
      await new Promise<void>((resolve) => clock.after(1_000, resolve))
      return host
    }
    return new Promise<string>((_, reject) => {
      signal.addEventListener('abort', () => reject(new OptiChatError('cancelled')))
    })
  }
  const cancel = new AbortController()
  const met = reach({
    known,
    clock,
    signal: cancel.signal,
    locate,
    greet,
    discard: (host) => discarded.push(host),
    isElsewhere: ({ code }) => code === 'registry-unreachable' || code === 'registry-untrusted',
  })
  return { met: met.catch((error: OptiChatError) => error.code), clock, dialled, discarded, cancel }
}
const tells =
  (...hosts: string[]): Locate =>
  async (told) => {
    for (const host of hosts) told({ host, port: 6784 })
  }

describe('meeting a registry that may have moved', () => {
  it('takes it where it was last without looking anywhere else', async () => {
    const { met, dialled } = network({ '10.0.0.1': 'ours' }, () => expect.fail('it was looked for'))
    expect(await met).to.equal('10.0.0.1')
    expect(dialled).to.deep.equal(['10.0.0.1'])
  })

  it('looks for it in parallel while the last address does not answer: the first that proves itself wins', async () => {
    const { met, clock, dialled } = network({ '10.0.0.7': 'stranger', '10.0.0.8': 'ours' }, tells('10.0.0.6', '10.0.0.7', '10.0.0.8'))
    await clock.advance(300)
    expect(await met).to.equal('10.0.0.8')
    expect(dialled).to.deep.equal(['10.0.0.1', '10.0.0.6', '10.0.0.7', '10.0.0.8'])
  })

  it('still takes the last address when that is the first to prove itself, and lets go of the other', async () => {
    const { met, clock, discarded } = network({ '10.0.0.1': 'slow', '10.0.0.8': 'slow' }, tells('10.0.0.8'))
    await clock.advance(1_500)
    expect(await met).to.equal('10.0.0.1')
    expect(discarded).to.deep.equal(['10.0.0.8'])
  })

  it('is not kept from it by any number of liars', async () => {
    const liars = Array.from({ length: 500 }, (_, n) => `10.1.${n >> 8}.${n & 255}`)
    const hosts = Object.fromEntries(liars.map((host) => [host, 'stranger' as const]))
    const { met, dialled } = network({ '10.0.0.1': 'nobody', ...hosts, '10.0.0.8': 'ours' }, tells('10.0.0.8', ...liars))
    expect(await met).to.equal('10.0.0.8')
    expect(dialled.length).to.be.at.most(17)
  })

  it('says why the last address failed when nothing else was found, or only strangers', async () => {
    for (const locate of [tells(), tells('10.0.0.7'), () => Promise.reject(new Error('no network'))]) {
      expect(await network({ '10.0.0.1': 'nobody', '10.0.0.7': 'stranger' }, locate).met).to.equal('registry-unreachable')
    }
  })

  it('takes its refusal for an answer, wherever it was met', async () => {
    const { met } = network({ '10.0.0.1': 'nobody', '10.0.0.8': 'refuses' }, tells('10.0.0.8'))
    expect(await met).to.equal('device-revoked')
  })

  it('tries no certificate but the one it is known by', async () => {
    const locate: Locate = async (told) => {
      told({ host: '10.0.0.7', port: 6784, fingerprint: 'bb' })
      told({ host: '10.0.0.8', port: 6784, fingerprint: 'aa' })
    }
    const { met, dialled } = network({ '10.0.0.1': 'nobody', '10.0.0.8': 'ours' }, locate)
    expect(await met).to.equal('10.0.0.8')
    expect(dialled).to.not.include('10.0.0.7')
  })

  it('ends at once when it is no longer wanted', async () => {
    const { met, cancel } = network({}, tells())
    cancel.abort()
    expect(await met).to.equal('cancelled')
  })
})
