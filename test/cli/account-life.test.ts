import { writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { expect } from 'chai'
import { until } from '../support/wait.ts'
import { Desk, PASSWORD } from './typed.ts'

const NEXT = 'staple battery horse'

describe('the life of an account by the command', () => {
  let desk: Desk

  before(async () => {
    desk = await Desk.open()
    await desk.startRegistry()
    await desk.register('Alice', 'Bob')
    await desk.as('laptop', ['login', 'Alice', '--registry', desk.registry.address])
  })

  after(() => desk?.close())

  const fails = async (person: string, args: string[], env: Record<string, string> = {}) => {
    const { code, stderr } = await desk.types([...args, '--profile', desk.path(person)], { env })
    return `${code} ${/\[([\w-]+)\]/.exec(stderr)?.[1] ?? stderr}`
  }
  const login = (profile: string, password: string) =>
    desk.types(['login', 'Alice', '--registry', desk.registry.address, '--profile', desk.path(profile)], {
      env: { OPTICHAT_PASSWORD: password },
    })

  it('devices are listed, and one that was lost is signed out by the beginning of its fingerprint', async () => {
    const { json } = await desk.as('Alice', ['devices', '--json'])
    expect(json).to.have.length(2)
    for (const device of json)
      expect(device).to.have.all.keys('event', 'fingerprint', 'name', 'enrolledAt', 'lastSeen', 'online', 'current')
    const own = json.find(({ current }) => current === true)
    const other = json.find(({ current }) => current === false)
    expect(own?.name, 'with several computers, one knows which it is').to.equal(`optichat command on ${hostname()}`)
    expect((await desk.as('Alice', ['devices'])).stdout).to.match(/, this one, signed in .*\n {2}([0-9a-f]{4} ?){16}\n/)
    const follow = desk.starts(['receive', '--follow', '--profile', desk.path('laptop')])
    await until('the laptop is on', async () =>
      (await desk.as('Alice', ['devices', '--json'])).json.some((one) => !one.current && one.online),
    )
    const begun = String(other?.fingerprint).slice(0, 8).toUpperCase()
    expect((await desk.as('Alice', ['devices', 'revoke', begun, '--json'])).json[0]).to.include({
      event: 'revoked',
      fingerprint: other?.fingerprint,
    })
    await follow.line('[device-revoked]')
    await follow.kill('SIGINT')
    expect(await fails('laptop', ['who'])).to.match(/^1 (device-revoked|not-signed-in)$/)
    expect(await fails('Alice', ['devices', 'revoke', begun])).to.equal('1 device-unknown')
    expect(await fails('Alice', ['devices', 'revoke', String(own?.fingerprint)])).to.match(/^2 .*optichat logout/)
    expect(await fails('Alice', ['devices', 'forget', begun])).to.match(/^2 /)
  })

  it('the password is changed by whoever knows the present one, and other devices are signed out when asked to', async () => {
    expect((await login('laptop', PASSWORD)).code).to.equal(0)
    const wrong = { OPTICHAT_PASSWORD: 'wrong horse', OPTICHAT_NEW_PASSWORD: NEXT }
    expect(await fails('Alice', ['password'], wrong)).to.equal('1 sign-in-failed')
    expect(await fails('Alice', ['password'])).to.match(/^2 .*OPTICHAT_NEW_PASSWORD/)
    expect(await fails('Alice', ['password'], { OPTICHAT_NEW_PASSWORD: 'short' })).to.equal('1 password-refused')
    writeFileSync(desk.path('next'), `${NEXT}\n`)
    const { json } = await desk.as('Alice', ['password', '--sign-out-others', '--new-password-file', desk.path('next'), '--json'])
    expect(json).to.deep.equal([{ event: 'password-changed', user: 'Alice' }])
    expect((await desk.as('Alice', ['devices', '--json'])).json).to.have.length(1)
    expect(await fails('laptop', ['who'])).to.match(/^1 (device-revoked|not-signed-in)$/)
    expect((await login('laptop', PASSWORD)).stderr).to.contain('[sign-in-failed]')
    expect((await login('laptop', NEXT)).code).to.equal(0)
  })

  it('an account is deleted by its password, when it is surely meant; what it said stays', async () => {
    await desk.as('Alice', ['send', '--to', 'bob', 'good-bye'])
    await desk.as('Bob', ['receive'])
    expect(await fails('Alice', ['delete-account'], { OPTICHAT_PASSWORD: NEXT })).to.match(/^2 .*--yes/)
    expect(await fails('Alice', ['delete-account', '--yes'])).to.equal('1 sign-in-failed')
    const { json } = await desk.as('Alice', ['delete-account', '--yes', '--json'], { env: { OPTICHAT_PASSWORD: NEXT } })
    expect(json).to.deep.equal([{ event: 'account-deleted', user: 'Alice' }])
    expect(await fails('Alice', ['who'])).to.equal('1 not-signed-in')
    expect((await login('Alice', NEXT)).stderr).to.contain('[sign-in-failed]')
    expect((await desk.as('Bob', ['who'])).stdout).to.not.contain('Alice')
    expect((await desk.as('Bob', ['history'])).stdout).to.contain('Alice → Bob: good-bye')
    expect(await fails('thief', ['register', 'alice', '--registry', desk.registry.address])).to.equal('1 name-taken')
  })

  it('where it takes an invitation, a code lets one person in, by itself or within a link', async () => {
    await desk.registry.process?.kill('SIGTERM')
    await desk.startRegistry('--registration', 'invite')
    const code = async () => {
      const { json } = await desk.types(['admin', 'invite', '--data', desk.path('registry'), '--json'])
      return String(json[0]?.code)
    }
    const at = ['--registry', desk.registry.address]
    expect(await fails('Carol', ['register', 'Carol', ...at])).to.equal('1 invite-refused')
    const first = await code()
    await desk.as('Carol', ['register', 'Carol', ...at, '--invite', first])
    expect(await fails('Dave', ['register', 'Dave', ...at, '--invite', first])).to.equal('1 invite-refused')
    await desk.as('Dave', ['register', 'Dave', '--registry', `${desk.registry.invite}&code=${await code()}`])
    expect((await desk.as('Dave', ['whoami', '--json'])).json[0]).to.include({ user: 'Dave' })
  })
})
