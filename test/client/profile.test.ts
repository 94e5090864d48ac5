import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { Emitter } from '../../core/client/emitter.ts'
import { defaultEndpoints } from '../../core/client/endpoints.ts'
import { Profile } from '../../core/client/profile.ts'

const registry = { id: 'R'.repeat(22), name: 'Lab', host: 'lab.local', port: 6784, fingerprint: 'a'.repeat(64) }
const alice = { id: 'A'.repeat(22), name: 'alice' }

describe('a profile folder', () => {
  let folder: string
  const open: Profile[] = []
  const opened = async () => {
    const profile = await Profile.open(folder)
    open.push(profile)
    return profile
  }
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'optichat-profile-')), 'deep', 'profile')
  })
  afterEach(() => {
    for (const profile of open.splice(0)) profile.close()
    rmSync(join(folder, '..', '..'), { recursive: true })
  })

  it('has one device identity, also when two programs make it at once', async () => {
    const profiles = await Promise.all([opened(), opened(), opened()])
    const later = await opened()
    expect(new Set([...profiles, later].map(({ identity }) => identity.fingerprint)).size).to.equal(1)
    expect(readdirSync(folder).filter((name) => name.startsWith('device'))).to.deep.equal(['device.pem'])
  })

  it('shuts a key that others could read, and refuses one that is damaged', async function () {
    if (process.platform === 'win32') this.skip()
    await opened()
    const file = join(folder, 'device.pem')
    chmodSync(file, 0o644)
    await opened()
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    writeFileSync(file, 'not a key')
    expect(await Profile.open(folder).catch((error) => error.code)).to.equal('data-unreadable')
  })

  it('refuses a folder that cannot be one', async () => {
    await opened()
    expect(await Profile.open(join(folder, 'device.pem')).catch((error) => error.code)).to.equal('data-unreadable')
  })

  it('remembers a registry by its id and by every address it was met at', async () => {
    const profile = await opened()
    profile.remember(registry)
    profile.remember({ ...registry, host: '10.0.0.9' })
    const other = await opened()
    expect(other.registry(registry.id)).to.deep.equal({ ...registry, host: '10.0.0.9' })
    expect(other.registryAt({ host: 'LAB.local', port: 6784 })?.fingerprint).to.equal(registry.fingerprint)
    expect(other.registryAt({ host: '10.0.0.9', port: 6784 })?.id).to.equal(registry.id)
    expect(other.registryAt({ host: '10.0.0.9', port: 6785 })).to.equal(null)
  })

  it('does not forget a newer sign-in for an older one', async () => {
    const [one, two] = [await opened(), await opened()]
    const first = one.signedIn(registry, alice)
    expect(two.account()).to.deep.equal(first)
    const second = two.signedIn(registry, alice)
    one.forget(first)
    expect(one.account()).to.deep.equal(second)
    one.forget(second)
    expect(two.account()).to.equal(null)
    expect(two.registry(registry.id), 'its pin stays').to.deep.equal(registry)
  })
})

describe('where peers are told to dial', () => {
  it('is the address the registry sees first, and none that means nothing to others', () => {
    const endpoints = defaultEndpoints(40_123)
    expect(endpoints[0]).to.equal('*:40123')
    expect(endpoints.length).to.be.at.most(16)
    for (const endpoint of endpoints)
      expect(endpoint)
        .to.match(/:40123$/)
        .and.not.match(/^(127\.|\[::1\]|\[fe80)/)
  })

  it('is just the address that is listened on, where it is one', () => {
    expect(defaultEndpoints(1, '127.0.0.1')).to.deep.equal(['127.0.0.1:1'])
    expect(defaultEndpoints(1, 'fd77::2')).to.deep.equal(['[fd77::2]:1'])
    expect(defaultEndpoints(1, '0.0.0.0')[0]).to.equal('*:1')
  })
})

describe('an event', () => {
  /** The error that comes out of nowhere while `run` runs, which the test runner would take for its own. */
  const uncaughtOf = async (run: () => void): Promise<Error> => {
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    try {
      const uncaught = new Promise<Error>((resolve) => process.once('uncaughtException', resolve))
      run()
      return await uncaught
    } finally {
      for (const listener of others) process.on('uncaughtException', listener)
    }
  }

  it('reaches all listeners though one of them throws, which is not hidden', async () => {
    const emitter = new Emitter<{ tick: [number] }>()
    const heard: number[] = []
    emitter.on('tick', () => {
      throw new Error('a fault of the listener')
    })
    const stop = emitter.on('tick', (n) => heard.push(n))
    expect((await uncaughtOf(() => emitter.emit('tick', 1))).message).to.equal('a fault of the listener')
    expect(heard).to.deep.equal([1])
    stop()
    await uncaughtOf(() => emitter.emit('tick', 2))
    expect(heard, 'nobody hears who stopped listening').to.deep.equal([1])
  })
})
