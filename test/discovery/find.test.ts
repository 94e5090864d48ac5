import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { findRegistries } from '../../discovery/find.ts'
import type { Finder, FinderEvents, FoundRegistry } from '../../discovery/finder.ts'

const registry = (name: string, host: string): FoundRegistry => ({ key: host, name, host, port: 6784, interface: 'eth0' })
const office = registry('Office', '10.0.0.1')
const kitchen = registry('Kitchen', '10.0.0.2')
const office2 = registry('Office', '10.0.0.3')

/** A network on which this happens as soon as somebody listens. */
function network(happens: (events: FinderEvents) => void): Finder & { stopped: boolean } {
  return {
    stopped: false,
    start: happens,
    async stop() {
      this.stopped = true
    },
  }
}

describe('looking for registries once', () => {
  it('lists those that are there at the end, by name, and stops listening', async () => {
    const finder = network((events) => {
      for (const one of [office2, office, kitchen]) events.found(one)
      events.changed({ ...office, port: 7000 })
      events.lost(kitchen)
      events.trouble({ interface: 'eth1', message: 'no multicast' })
    })
    expect(await findRegistries({ timeout: 20, finder })).to.deep.equal([{ ...office, port: 7000 }, office2])
    expect(finder.stopped).to.equal(true)
  })

  it('need not last to the end once one was found', async () => {
    const start = performance.now()
    const finder = network((events) => events.found(office))
    expect(await findRegistries({ timeout: 60_000, settle: 20, finder })).to.deep.equal([office])
    expect(performance.now() - start).to.be.below(60_000)
  })

  it('finds none where there is none', async () => {
    expect(await findRegistries({ timeout: 20, finder: network(() => undefined) })).to.deep.equal([])
  })

  it('refuses an interface that does not exist', async () => {
    const finder = network(() => undefined)
    const error = await findRegistries({ timeout: 20, interfaces: ['nothing0'], finder }).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(OptiChatError).with.property('code', 'interface-unknown')
  })
})
