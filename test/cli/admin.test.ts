import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { admin } from '../../core/cli/commands/admin.ts'
import { Desk } from './typed.ts'

describe('a registry looked after by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice')
  })

  after(() => desk?.close())

  it('lists what can be done, each with a help that has an example', async () => {
    const { code, stdout } = await desk.types(['admin', '--help'])
    expect(code).to.equal(0)
    for (const name of Object.keys(admin.commands)) {
      expect(stdout).to.match(new RegExp(`^  admin ${name} `, 'm'))
      const help = await desk.types(['admin', name, '--help'])
      expect(help).to.include({ code: 0, stderr: '' })
      expect(help.stdout).to.contain(`usage: optichat admin ${name}`).and.to.contain(`example: optichat admin ${name}`)
      expect(help.stdout).to.contain('--data DIR').and.to.contain('--json')
    }
    expect((await desk.types(['help', 'admin', 'backup'])).stdout).to.contain('usage: optichat admin backup')
    expect((await desk.types(['--help'])).stdout).to.match(/^ {2}admin /m)
  })

  it('refuses what it does not know, or nothing at all, with exit code 2', async () => {
    expect(await desk.types(['admin'])).to.include({ code: 2, stdout: '' })
    const { code, stderr } = await desk.types(['admin', 'bakcup'])
    expect([code, stderr]).to.deep.equal([2, 'optichat: There is no "admin bakcup". "optichat admin --help" lists those there are.\n'])
    expect((await desk.types(['admin', 'backup'])).code).to.equal(2)
  })

  it('tells of users and devices, as JSON and for people', async () => {
    const data = ['--data', desk.path('registry')]
    const users = await desk.types(['admin', 'users', ...data, '--json'])
    expect(users.code, users.stderr).to.equal(0)
    expect(users.json[0]).to.include({ event: 'user', name: 'Alice', devices: 1 })
    expect((await desk.types(['admin', 'users', ...data])).stdout).to.match(/^Alice: .*1 device, registered \d{4}-\d\d-\d\d/)
    const devices = await desk.types(['admin', 'devices', 'alice', ...data, '--json'])
    expect(devices.json[0])
      .to.include({ event: 'device' })
      .and.have.property('fingerprint')
      .that.matches(/^[0-9a-f]{64}$/)
    expect((await desk.types(['admin', 'devices', ...data])).stdout).to.match(/^Alice: .*\n {2}([0-9a-f]{4} ?){16}\n$/)
    const unknown = await desk.types(['admin', 'devices', 'Carol', ...data])
    expect(unknown.code).to.equal(1)
    expect(unknown.stderr).to.contain('[user-unknown]')
  })

  it('signs a device out by the beginning of its fingerprint, deletes an account, and makes codes', async () => {
    await desk.register('Bob')
    const data = ['--data', desk.path('registry')]
    const [device] = (await desk.types(['admin', 'devices', 'Bob', ...data, '--json'])).json
    const fingerprint = String(device?.fingerprint)
    expect((await desk.types(['admin', 'revoke', 'abc', ...data])).code).to.equal(2)
    expect((await desk.types(['admin', 'revoke', '0'.repeat(64), ...data])).stderr).to.contain('[device-unknown]')
    const revoked = await desk.types(['admin', 'revoke', fingerprint.slice(0, 12).toUpperCase(), ...data, '--json'])
    expect(revoked.json[0], revoked.stderr).to.include({ event: 'revoked', fingerprint })
    const send = await desk.types(['send', '--everyone', 'hi', '--profile', desk.path('Bob')])
    expect([send.code, /\[(not-signed-in|device-revoked)\]/.test(send.stderr)]).to.deep.equal([1, true])
    const reset = await desk.types(['admin', 'reset-password', 'Bob', ...data, '--json'])
    expect(reset.json[0]).to.include({ event: 'code', for: 'password', user: 'Bob' })
    expect(String(reset.json[0]?.code)).to.match(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)
    expect((await desk.types(['admin', 'invite', ...data])).stdout).to.match(
      /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}\nLets one person register, until /,
    )
    expect((await desk.types(['admin', 'delete', 'Bob', ...data, '--json'])).json[0]).to.deep.equal({ event: 'deleted', user: 'Bob' })
    const users = await desk.types(['admin', 'users', ...data])
    expect(users.stdout).to.match(/^Bob: deleted, 0 devices/m)
  })

  it('says and sets who may register', async () => {
    const data = ['--data', desk.path('registry')]
    expect((await desk.types(['admin', 'policy', 'closed', ...data, '--json'])).json[0]).to.deep.equal({
      event: 'policy',
      registration: 'closed',
    })
    const refused = await desk.types(['register', 'Carol', '--registry', desk.registry.address, '--profile', desk.path('Carol')])
    expect(refused.code).to.equal(1)
    expect(refused.stderr).to.contain('[registration-closed]')
    expect((await desk.types(['admin', 'policy', 'open', ...data])).stdout).to.match(/^Everybody/)
    expect((await desk.types(['admin', 'policy', 'perhaps', ...data])).code).to.equal(2)
  })

  it('is started with rules of its own, or not at all when they cannot be meant', async () => {
    for (const wrong of [
      ['--registration', 'perhaps'],
      ['--retention', '0'],
      ['--retention', 'for ever'],
      ['--metrics', 'x'],
    ]) {
      const { code, stderr } = await desk.types(['registry', '0', '--data', desk.path('rules'), ...wrong])
      expect([code, stderr.includes(wrong[0] ?? '?')], stderr).to.deep.equal([2, true])
    }
    expect(existsSync(desk.path('rules'))).to.equal(false)
    const common = ['--interface', '127.0.0.1', '--no-advertise', '--data', desk.path('rules'), '--json']
    const running = desk.starts(['registry', '0', ...common, '--registration', 'invite', '--retention', 'none', '--metrics', '0'])
    const { metrics } = await running.json<{ event: string; metrics: string }>(({ event }) => event === 'ready')
    expect(await (await fetch(metrics)).text()).to.contain('optichat_users 0\n')
    expect(await (await fetch(new URL('/healthz', metrics))).json()).to.deep.equal({ ok: true })
    const told = await desk.types(['admin', 'policy', '--data', desk.path('rules'), '--json'])
    expect(told.json[0]).to.deep.equal({ event: 'policy', registration: 'invite' })
    expect((await running.kill('SIGTERM')).code).to.equal(0)
  })

  it('backs it up while it serves; what is put back elsewhere serves those who signed in before', async () => {
    await desk.as('Alice', ['send', '--everyone', 'before the backup'])
    const data = desk.path('registry')
    const backup = desk.path('backups', 'monday')
    const made = await desk.types(['admin', 'backup', backup, '--data', data, '--json'])
    expect(made.code, made.stderr).to.equal(0)
    expect(made.json[0]).to.include({ event: 'backup', folder: backup, users: 2, messages: 1, head: 1 })
    const words = await desk.types(['admin', 'backup', desk.path('backups', 'tuesday'), '--data', data])
    expect(words.stdout).to.match(/^2 users and 1 message \(.*\) are in .*tuesday\.\n.*keep it safe/)

    const restored = await desk.types(['admin', 'restore', backup, '--data', desk.path('again'), '--json'])
    expect(restored.code, restored.stderr).to.equal(0)
    expect(restored.json[0]).to.include({ event: 'restored', users: 2, messages: 1, fingerprint: desk.registry.fingerprint })
    const { port } = desk.registry
    expect((await desk.registry.process?.kill('SIGTERM'))?.code).to.equal(0)
    const again = desk.starts([
      'registry',
      String(port),
      '--interface',
      '127.0.0.1',
      '--no-advertise',
      '--data',
      desk.path('again'),
      '--json',
    ])
    await again.json(({ event }) => event === 'ready')
    // The same address, the same certificate: Alice's device does not notice.
    await desk.as('Alice', ['send', '--everyone', 'after it'])
    const { stdout } = await desk.as('Alice', ['history'])
    expect(stdout).to.contain('before the backup').and.to.contain('after it')
    expect((await again.kill('SIGTERM')).code).to.equal(0)
  })

  it('says what is wrong with a folder, and leaves it as it is', async () => {
    mkdirSync(desk.path('mine'))
    writeFileSync(desk.path('mine', 'thesis.txt'), '')
    const onto = await desk.types(['admin', 'backup', desk.path('mine'), '--data', desk.path('registry')])
    expect(onto.code).to.equal(1)
    expect(onto.stderr).to.match(/already and not empty.*thesis\.txt.*\[folder-not-empty\]/)
    const nothing = await desk.types(['admin', 'backup', desk.path('b'), '--data', desk.path('nowhere')])
    expect(nothing.stderr).to.contain('[data-unreadable]')
    expect(existsSync(desk.path('nowhere'))).to.equal(false)
    rmSync(desk.path('backups', 'tuesday', 'registry.pem'))
    const damaged = await desk.types(['admin', 'restore', desk.path('backups', 'tuesday'), '--data', desk.path('new'), '--json'])
    expect(damaged.code).to.equal(1)
    expect(damaged.json[0]).to.include({ event: 'error', code: 'backup-damaged' })
    expect(existsSync(desk.path('new'))).to.equal(false)
  })
})
