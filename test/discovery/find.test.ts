import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { findRegistries, locateRegistry } from '../../discovery/find.ts'
import type { Finder, FoundRegistry } from '../../discovery/finder.ts'

const registry = (name: string, host: string, fingerprint: string): FoundRegistry => ({
  key: fingerprint,
  name,
  host,
  port: 6784,
  fingerprint,
  interface: 'eth0',
})
const office = registry('Office', '10.0.0.1', 'ab'.repeat(32))
const kitchen = registry('Kitchen', '10.0.0.2', 'cd'.repeat(32))
const office2 = registry('Office', '10.0.0.3', 'ef'.repeat(32))

/** A network on which these answer at once. */
function network(...registries: FoundRegistry[]): Finder & { stopped: boolean } {
  return {
    stopped: false,
    start(events) {
      for (const one of registries) events.found(one)
    },
    async stop() {
      this.stopped = true
    },
  }
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
  } catch (error) {
    expect(error).to.be.instanceOf(OptiChatError)
    return (error as OptiChatError).code
  }
  return 'none'
}

describe('looking for a registry', () => {
  const timeout = 40

  it('lists those that answered, by name, and stops listening', async () => {
    const finder = network(office, kitchen, office2)
    const found = await findRegistries({ timeout, finder })
    expect(found.map(({ host }) => host)).to.deep.equal(['10.0.0.2', '10.0.0.1', '10.0.0.3'])
    expect(finder.stopped).to.equal(true)
  })

  it('takes the only one there is', async () => {
    expect(await locateRegistry(undefined, { timeout, finder: network(office) })).to.deep.equal({
      host: '10.0.0.1',
      port: 6784,
      name: 'Office',
    })
  })

  it('says that there is none, or which of several there are', async () => {
    expect(await codeOf(locateRegistry(undefined, { timeout, finder: network() }))).to.equal('no-registry')
    expect(await codeOf(locateRegistry(undefined, { timeout, finder: network(office, kitchen) }))).to.equal('several-registries')
    expect(await codeOf(locateRegistry('office', { timeout, finder: network(office, office2) }))).to.equal('several-registries')
  })

  it('takes a name in any case, or the beginning of a fingerprint', async () => {
    const finder = () => network(office, kitchen, office2)
    expect((await locateRegistry('kitchen', { timeout, finder: finder() })).host).to.equal('10.0.0.2')
    expect((await locateRegistry('EF:EF EF:EF', { timeout, finder: finder() })).host).to.equal('10.0.0.3')
  })

  it('hands on no fingerprint that only the network told', async () => {
    expect(await locateRegistry('Kitchen', { timeout, finder: network(kitchen) })).to.not.have.property('fingerprint')
  })

  it('does not ask the network about an address or an invite', async () => {
    const silent: Finder = {
      start() {
        throw new Error('asked')
      },
      stop: async () => undefined,
    }
    for (const text of [
      '10.0.0.9',
      '10.0.0.9:6784',
      '::1',
      '[::1]:6784',
      'localhost',
      'registry.local',
      `optichat://10.0.0.9/?fp=${office.key}`,
    ]) {
      expect((await locateRegistry(text, { timeout, finder: silent })).port).to.equal(6784)
    }
    expect((await locateRegistry(`optichat://10.0.0.9/?fp=${office.key}`)).fingerprint).to.equal(office.key)
    expect(await codeOf(locateRegistry('10.0.0.9:0', { timeout, finder: silent }))).to.equal('bad-address')
  })

  it('takes a word that no registry answers to as a host name, and anything else as unknown', async () => {
    expect(await locateRegistry('fileserver', { timeout, finder: network(office) })).to.deep.equal({ host: 'fileserver', port: 6784 })
    expect(await codeOf(locateRegistry('The Office', { timeout, finder: network(office) }))).to.equal('no-registry')
  })

  it('refuses an interface that does not exist', async () => {
    expect(await codeOf(findRegistries({ timeout, interfaces: ['nothing0'], finder: network() }))).to.equal('interface-unknown')
  })
})
