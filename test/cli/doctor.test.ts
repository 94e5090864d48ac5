import { createServer } from 'node:net'
import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { Desk } from './typed.ts'

/** On loopback, where the doctor sends nothing by multicast; broken networks are in test/e2e/doctor.test.ts. */
describe('optichat doctor', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('alice', 'bob')
  })
  after(() => desk?.close())

  const codes = (json: readonly Record<string, unknown>[], severity: string) =>
    json.filter((line) => line.event === 'finding' && line.severity === severity).map(({ code }) => code)

  it('tells check by check how far it is, then what it found, then how much of it blocks', async () => {
    const { json } = await desk.as('alice', ['doctor', '--json'])
    const checks = json.filter(({ event }) => event === 'check').map(({ check, state }) => `${check} ${state}`)
    expect(checks).to.deep.equal([
      ...['interfaces', 'registry', 'certificate', 'clock'].flatMap((check) => [`${check} running`, `${check} done`]),
      'inbound running',
      'inbound done',
      'multicast skipped',
      'peer skipped',
    ])
    expect(codes(json, 'fine')).to.include.members(['registry-reached', 'certificate-fine', 'clock-fine'])
    const { port } = desk.registry
    expect(json.at(-1)).to.deep.include({
      event: 'diagnosed',
      registry: { host: '127.0.0.1', port, name: 'Team Süd' },
      user: null,
      blocks: 0,
    })
    const [finding] = json.filter(({ event }) => event === 'finding')
    expect(finding).to.have.all.keys('event', 'code', 'check', 'severity', 'message', 'values', 'fixes')
  })

  it('looks at the way to a person who is there, and says so of one who is not', async () => {
    const follow = desk.starts(['receive', '--follow', '--json', '--profile', desk.path('bob')])
    await until('bob is there', async () =>
      (await desk.as('alice', ['who', '--json'])).json.some(({ user, presence }) => user === 'bob' && presence === 'online'),
    )
    const said = await desk.types(['doctor', 'bob', '--json', '--profile', desk.path('alice')])
    expect([said.code, codes(said.json, 'blocks')]).to.deep.equal([0, []])
    expect(codes(said.json, 'fine')).to.include('peer-reached')
    await follow.kill('SIGTERM')
    const nobody = await desk.types(['doctor', 'zoe', '--profile', desk.path('alice')])
    expect(nobody.code).to.equal(1)
    expect(nobody.stdout).to.contain('Nobody here is called zoe. [peer-unknown]').and.to.contain('optichat who')
  })

  it('works signed out, with an address, an invite, or one that is wrong', async () => {
    const { address, invite } = desk.registry
    const typed = await desk.types(['doctor', '--registry', address, '--json'])
    expect([typed.code, codes(typed.json, 'fine').includes('certificate-unproven')]).to.deep.equal([0, true])
    const invited = await desk.types(['doctor', '--registry', invite, '--json'])
    expect([invited.code, codes(invited.json, 'fine').includes('certificate-fine')]).to.deep.equal([0, true])
    const forged = await desk.types(['doctor', '--registry', invite.replace(/fp=[0-9a-f]{8}/, 'fp=00000000'), '--json'])
    expect([forged.code, codes(forged.json, 'blocks')]).to.deep.equal([1, ['certificate-changed']])
    const wrong = await desk.types(['doctor', '--registry', '127.0.0.1:1'])
    expect(wrong.code).to.equal(1)
    expect(wrong.stdout).to.contain('BLOCKS').and.to.contain('[registry-stopped]')
    expect((await desk.types(['doctor', 'a', 'b'])).code).to.equal(2)
  })

  it('ends at once by Ctrl-C', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as { port: number }
    const started = desk.starts(['doctor', '--registry', `127.0.0.1:${port}`, '--json'])
    await started.json(({ check, state }) => check === 'registry' && state === 'running')
    const { signal, stdout } = await started.kill('SIGINT')
    expect(signal).to.equal('SIGINT')
    expect(stdout).not.to.contain('diagnosed')
    mute.close()
  })
})
