import { join } from 'node:path'
import { expect } from 'chai'
import type { FoundView, HostedView, InterfaceView } from '../../../desktop/bridge.ts'
import { createLan, type Lan, type LanProcess, requireLan } from '../../support/lan.ts'

interface Line {
  readonly event?: string
  readonly value?: unknown
  readonly answer?: unknown
  readonly error?: { readonly code: string }
}

/** Alice's computer stands in two LANs, with a registry in each. */
describe('the host on real networks', () => {
  let lan: Lan
  let alice: LanProcess

  const script = async (host: string, ...args: string[]): Promise<LanProcess> => {
    const program = lan.host(host).spawn('node', ['--import', './test/support/typescript.mjs', ...args], { cwd: process.cwd() })
    await program.json<Line>(({ event }) => event === 'ready')
    return program
  }
  const advertise = (host: string, name: string, digit: string) =>
    script(
      host,
      'test/discovery/advertise.script.ts',
      JSON.stringify({ name, port: 6784, id: 'A'.repeat(22), fingerprint: digit.repeat(64) }),
    )
  const ask = (...command: unknown[]) => alice.child.stdin.write(`${JSON.stringify(command)}\n`)
  const until = <T>(event: string, fits: (value: T) => boolean) => alice.json<Line>((line) => line.event === event && fits(line.value as T))
  const foundAre = (...names: string[]) => until<FoundView[]>('found', (found) => `${found.map(({ name }) => name).sort()}` === `${names}`)

  before(async function () {
    requireLan(this)
    lan = await createLan({ hosts: ['alice', ['left', 0], ['right', 1]], lans: 2 })
    await lan.host('alice').addNic({ lan: 1 })
    await Promise.all([advertise('left', 'Left', 'a'), advertise('right', 'Right', 'b')])
    alice = await script('alice', 'test/desktop/host/host.script.ts', join(lan.host('alice').home, 'profile'))
  })
  after(() => lan?.close())

  it('finds registries on all of its networks, each by the interface it was heard on', async () => {
    const { value } = await foundAre('Left', 'Right')
    const found = value as FoundView[]
    expect(found.map(({ name, interface: on }) => [name, on]).sort()).to.deep.equal([
      ['Left', 'eth0'],
      ['Right', 'eth1'],
    ])
    expect(found.every(({ known, fingerprint }) => !known && fingerprint?.length === 64)).to.equal(true)
  })

  it('looks only where a person told it to, and shows that choice', async () => {
    ask('chooseInterface', 'eth1')
    await until<InterfaceView[]>('interfaces', (all) => all.some(({ name, chosen }) => name === 'eth1' && chosen))
    await foundAre('Right')
  })

  it('hosts a registry on the chosen interface, which others find there', async () => {
    ask('startRegistry', 'Hers')
    const { value } = await until<HostedView>('hosted', ({ state }) => state === 'running')
    expect(value).to.include({ address: '10.77.1.1', port: 6784 })
    const right = await script('right', 'test/discovery/find.script.ts')
    await right.json<{ event: string; name: string; host: string }>(
      ({ event, name, host }) => event === 'found' && name === 'Hers' && host === '10.77.1.1',
    )
    ask('stopRegistry')
    await right.json<{ event: string; name: string }>(({ event, name }) => event === 'lost' && name === 'Hers')
  })

  it('looks everywhere again when the chosen interface is gone, so that a choice makes nobody blind', async () => {
    await lan.host('alice').removeNic('eth1')
    await foundAre('Left')
  })

  it('returns to the choice when the interface is back', async () => {
    await lan.host('alice').addNic({ lan: 1, name: 'eth1', address: '10.77.1.1' })
    await foundAre('Right')
  })
})
