/** One run: people talk while machines, disks and networks fail; then all is mended, and everything promised must be there. */
import { SimulatedCrash } from './disk.ts'
import { ACTS, type ActName, TROUBLE, weathers } from './script.ts'
import { type Plants, Stage } from './stage.ts'
import { Violation, World } from './world.ts'

/** Milliseconds for everybody to be back once all is mended: a dead line found, requests timed out, the longest pause between attempts. */
const RECOVERY = 120_000

export interface Outcome {
  readonly seed: number
  /** What went wrong; null when all was well. */
  readonly fault: Error | null
  readonly events: number
  /** Messages acknowledged. */
  readonly acknowledged: number
  /** With `trace`: the last lines of what happened, and a digest of all. */
  readonly trace: readonly string[]
  readonly digest: string
}

export async function simulate(seed: number, options: { trace?: boolean; plants?: Plants } = {}): Promise<Outcome> {
  const world = new World(seed, options)
  const stage = new Stage(world, options.plants ?? {})
  const stray = (error: unknown) => {
    // What a dead process still does with its database.
    if (!isCrash(error)) world.fail(error)
  }
  process.on('unhandledRejection', stray)
  process.on('uncaughtException', stray)
  let fault: Error | null = null
  try {
    await play(stage)
  } catch (error) {
    fault = error instanceof Error ? error : new Error(String(error))
  } finally {
    process.off('unhandledRejection', stray)
    process.off('uncaughtException', stray)
    stage.release()
  }
  const acknowledged = stage.model.sends.filter(({ state }) => state === 'acknowledged').length
  return { seed, fault, events: world.events, acknowledged, trace: world.trace, digest: world.digest() }
}

async function play(stage: Stage): Promise<void> {
  const { world, chance, model, registry } = stage
  void registry.start()
  await world.run(1_000, () => registry.running !== null)
  const users = Number(chance.weighted({ '3': 6, '4': 3, '5': 2, '6': 1, '8': 1 }))
  for (let count = 0; count < users; count++) void stage.newcomer()
  await world.run(5_000, () => model.users.length === users)
  trouble(stage)
  await world.run(TROUBLE)
  mend(stage)
  await settled(stage)
  // Whoever seems to be well must be able to talk, too.
  for (const device of model.devices) if (device.client) void model.send(device, device.client, 'everyone')
  await settled(stage)
  if (chance.happens(0.3)) await end(stage)
}

/** Plans what happens: acts at moments of their own. */
function trouble(stage: Stage): void {
  const { world, chance } = stage
  const weather = chance.pick(weathers())
  stage.network.flaky = chance.pick([0, 0, 0.1])
  for (let count = chance.int(15, 60); count > 0; count--) {
    world.after(chance.int(0, TROUBLE), () => {
      const name: ActName = chance.weighted(weather)
      world.note(() => `— ${name}`)
      try {
        ACTS[name](stage)
      } catch (error) {
        if (!isCrash(error)) throw error
      }
    })
  }
}

/** From now on everything works: what is down comes up, what is slow is quick. A wire that is deaf stays so until somebody notices. */
function mend({ world, registry, network, model }: Stage): void {
  world.note(() => '— everything is mended')
  registry.weather.commit = [0, 20]
  registry.weather.full = false
  registry.weather.told = null
  network.flaky = 0
  network.weight = 0
  network.latency = [1, 40]
  for (const wire of network.wires()) {
    wire.weight = 0
    wire.stalledUntil = 0
  }
  for (const device of model.devices) {
    device.plugged = true
    device.machine.wake()
    device.crashAtStatement(Number.POSITIVE_INFINITY)
    void device.start()
  }
  if (!registry.alive) void registry.start()
}

async function settled({ world, model }: Stage): Promise<void> {
  if (await world.run(RECOVERY, () => model.discrepancy() === null)) return
  throw new Violation(`${RECOVERY / 1000} s after everything was mended: ${model.discrepancy()}`)
}

/** Everybody quits, then the registry does: nobody hangs. */
async function end(stage: Stage): Promise<void> {
  const { world, model, registry } = stage
  stage.over = true
  for (const device of model.devices) void device.quit()
  if (!(await world.run(10_000, () => model.devices.every(({ life }) => life === null)))) throw new Violation('somebody does not quit')
  void registry.stop()
  if (!(await world.run(30_000, () => !registry.alive))) throw new Violation('the registry does not stop')
}

function isCrash(error: unknown): boolean {
  return error instanceof SimulatedCrash || (error instanceof Error && error.cause !== undefined && isCrash(error.cause))
}
