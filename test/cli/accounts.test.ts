import { writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { Desk, PASSWORD } from './typed.ts'

describe('accounts by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice')
  })

  after(() => desk?.close())

  it('registering signs in and says by what the registry is known', async () => {
    const { json } = await desk.as('bob', ['register', 'Bob', '--registry', desk.registry.invite, '--json'])
    expect(json).to.deep.equal([
      {
        event: 'registered',
        user: 'Bob',
        registry: 'Team Süd',
        host: '127.0.0.1',
        port: desk.registry.port,
        fingerprint: desk.registry.fingerprint,
      },
    ])
    const said = await desk.as('bob', ['whoami'])
    expect(said.stdout).to.equal(`Bob, at Team Süd (${desk.registry.address})\n`)
  })

  it('a wrong password fails with a sentence, a code and, for scripts, an object', async () => {
    const args = ['login', 'Alice', '--registry', desk.registry.address, '--profile', desk.path('thief'), '--json']
    const { code, json, stderr } = await desk.types(args, { env: { OPTICHAT_PASSWORD: 'wrong horse' } })
    expect(code).to.equal(1)
    expect(stderr).to.match(/^optichat: The name or the password is wrong\. .*\[sign-in-failed\]\n$/)
    expect(json).to.have.length(1)
    expect(json[0]).to.include({ event: 'error', code: 'sign-in-failed', message: 'The name or the password is wrong.' })
    expect(json[0]?.next).to.be.a('string')
  })

  it('an invite with another fingerprint is not followed', async () => {
    const other = desk.registry.invite.replace(desk.registry.fingerprint, '0'.repeat(64))
    const { code, stderr } = await desk.types(['login', 'Alice', '--registry', other, '--profile', desk.path('careful')])
    expect(code).to.equal(1)
    expect(stderr).to.contain('[registry-untrusted]')
  })

  it('takes the password from a file, however its line ends', async () => {
    writeFileSync(desk.path('password'), `${PASSWORD}\r\n`)
    const more = ['--registry', desk.registry.address, '--password-file', desk.path('password')]
    await desk.as('laptop', ['login', 'alice', ...more], { env: { OPTICHAT_PASSWORD: 'wrong horse' } })
    const missing = await desk.types(['login', 'alice', '--registry', desk.registry.address, '--password-file', desk.path('none')])
    expect(missing.code).to.equal(1)
    expect(missing.stderr).to.contain('[file-unreadable]')
  })

  it('shows who is there, oneself as online', async () => {
    const { json } = await desk.as('Alice', ['who', '--json'])
    expect(json.map(({ user }) => user)).to.include.members(['Alice', 'Bob'])
    expect(json.find(({ user }) => user === 'Alice')).to.deep.equal({ user: 'Alice', presence: 'online', lastSeen: null })
    expect(json.find(({ user }) => user === 'Bob')).to.include({ presence: 'offline' })
    expect(json.find(({ user }) => user === 'Bob')?.lastSeen).to.be.a('number')
  })

  it('after logout nothing works until the next login', async () => {
    await desk.as('bob', ['logout'])
    const refused = await desk.types(['who', '--profile', desk.path('bob')])
    expect(refused.code).to.equal(1)
    expect(refused.stderr).to.contain('[not-signed-in]')
    await desk.as('bob', ['login', 'bob', '--registry', desk.registry.address])
    expect((await desk.as('bob', ['whoami', '--json'])).json[0]).to.include({ user: 'Bob' })
  })

  it('a registry that is not there is an error in words', async () => {
    const { code, stderr } = await desk.types(['register', 'Dave', '--registry', '127.0.0.1:1', '--profile', desk.path('dave')])
    expect(code).to.equal(1)
    expect(stderr).to.match(/did not answer.*\[registry-unreachable\]/)
  })
})
