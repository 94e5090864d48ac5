import { existsSync } from 'node:fs'
import { expect } from 'chai'
import { Desk } from './typed.ts'

describe('the registry by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
  })

  after(() => desk?.close())

  it('says where it is, and a line for each thing that happens', async () => {
    await desk.startRegistry()
    const { process: running, invite, fingerprint, port } = desk.registry
    expect(invite).to.contain(`optichat://127.0.0.1:${port}`).and.to.contain(fingerprint)
    await desk.register('Alice')
    expect(await running?.json(({ line }) => /Alice registered/i.test(String(line)))).to.include({ event: 'log' })
  })

  it('a second one on the same data, or on the same port, is refused in words', async () => {
    const common = ['--interface', '127.0.0.1', '--no-advertise']
    const same = await desk.types(['registry', '0', ...common, '--data', desk.path('registry')])
    expect(same.code).to.equal(1)
    expect(same.stderr).to.contain('[data-in-use]')
    const port = await desk.types(['registry', String(desk.registry.port), ...common, '--data', desk.path('second')])
    expect(port.code).to.equal(1)
    expect(port.stderr).to.contain('[port-taken]')
  })

  it('an interface that is not there is named', async () => {
    const { code, stderr } = await desk.types(['registry', '0', '--interface', 'eth99', '--no-advertise', '--data', desk.path('second')])
    expect(code).to.equal(1)
    expect(stderr).to.match(/eth99.*\[interface-unknown\]/)
  })

  it('SIGTERM ends it with 0, a reason for those signed in, and a clean database', async () => {
    await desk.register('Bob')
    const follow = desk.starts(['receive', '--follow', '--profile', desk.path('Alice')])
    // What comes after the first message finds her listening.
    for (const text of ['are you there?', 'so you are']) {
      await desk.as('Bob', ['send', text])
      await follow.line(text)
    }
    const ended = await desk.registry.process?.kill('SIGTERM')
    expect(ended).to.include({ code: 0, stderr: '' })
    await follow.line('[registry-stopping]')
    expect((await follow.kill('SIGINT')).code).to.equal(0)
    expect(existsSync(desk.path('registry/registry.sqlite-wal'))).to.equal(false)
  })

  it('for people it prints the fingerprint in groups and the invite', async () => {
    const running = desk.starts(['registry', '0', '--interface', '127.0.0.1', '--no-advertise', '--data', desk.path('registry')])
    await running.line(/^Its fingerprint: ([0-9a-f]{4} ?){16}$/)
    await running.line(/^To invite people: optichat:\/\//)
    expect((await running.kill('SIGINT')).code).to.equal(0)
  })
})
