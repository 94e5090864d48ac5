import { linkContract } from '../link/link-contract.ts'
import { Wire } from './link.ts'
import { Life, Machine } from './machine.ts'
import { World } from './world.ts'

describe('the link of the simulation', () => {
  let world: World
  let wires = 0
  let over = true
  let running: Promise<void> = Promise.resolve()

  before(() => {
    world = new World(1)
    over = false
    // Virtual time goes on by itself, as the contract waits in real time.
    const go = async () => {
      while (!over) {
        await world.run(50)
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    running = go()
  })
  after(async () => {
    over = true
    await running
  })

  linkContract('simulated', async () => {
    const end = (name: string, digit: string) => ({ life: new Life(new Machine(world, name)), fingerprint: digit.repeat(64) })
    const wire = new Wire(world, ++wires, end('client', 'c'), end('registry', 'd'))
    return { client: wire.client, registry: wire.registry, fingerprints: ['c'.repeat(64), 'd'.repeat(64)] }
  })
})
