/** What people, machines and networks do in a run, by chance. */
import type { SimulatedDevice } from './device.ts'
import type { Said } from './model.ts'
import type { Running, SimulatedRegistry } from './registry.ts'
import type { Stage } from './stage.ts'

/** Milliseconds of virtual time in which things go wrong. */
export const TROUBLE = 40_000

type Act = (stage: Stage) => void

/** A device that somebody sits at. */
function withClient(stage: Stage, act: (device: SimulatedDevice) => void): void {
  const running = stage.model.devices.filter(({ client, machine }) => client && !machine.asleep)
  if (running.length > 0) act(stage.chance.pick(running))
}

function anyDevice(stage: Stage): SimulatedDevice {
  return stage.chance.pick(stage.model.devices)
}

function send(stage: Stage, device: SimulatedDevice, how: 'send' | 'queue' = 'send'): void {
  const { client } = device
  if (!client) return
  const others = stage.model.users.map(({ id }) => id)
  const to = stage.chance.happens(0.45) ? 'everyone' : stage.chance.some(others, stage.chance.int(1, 3))
  void stage.model[how](device, client, to)
}

function look(stage: Stage, device: SimulatedDevice) {
  const { client } = device
  return client ? stage.watchOf(device).look(client, device.cursor()) : []
}

function markRead(stage: Stage, device: SimulatedDevice): void {
  const history = look(stage, device)
  const message = history.length > 0 ? stage.chance.pick(history.slice(-6)) : undefined
  if (!message || !device.client) return
  const { conversation, position } = message
  stage.world.note(() => `${device.name} has read ${conversation.slice(0, 8)} up to ${position}`)
  device.client.markRead(conversation, position)
  if (device.life) stage.model.marks.push({ device: device.name, user: device.user.id, conversation, position, at: stage.world.time })
}

/** Of the last messages here, one's own or anybody's. */
function aMessage(stage: Stage, device: SimulatedDevice, own: boolean) {
  const messages = look(stage, device).filter(({ from, gone }) => !gone && (!own || from.id === device.user.id))
  return messages.length > 0 ? stage.chance.pick(messages.slice(-6)) : null
}

function say(stage: Stage, body: Said['body']): void {
  withClient(stage, (device) => {
    const message = aMessage(stage, device, body.kind !== 'reaction')
    if (message && device.client) void stage.model.say(device, device.client, message.id, body)
  })
}

function crash(stage: Stage, device: SimulatedDevice, power: boolean): void {
  if (!device.life) return
  if (power) {
    // What was not synced is forgotten, and with it what people may rely on.
    stage.model.lostPower(device, stage.syncedAt(device))
    device.losePower()
    stage.watchOf(device).forget()
  } else device.crash()
  stage.deviceDied(device, power)
}

function withRegistry(stage: Stage, act: (running: Running, registry: SimulatedRegistry) => void): void {
  if (stage.registry.running) act(stage.registry.running, stage.registry)
}

/** At once, or when it has just told something, which is when most can be wrong. */
function registryDies(stage: Stage, power: boolean): void {
  const { world, chance, registry } = stage
  const die = () => {
    if (!registry.running) return
    registry.crash(power)
    stage.network.registryDied(power)
    restartLater(stage)
  }
  if (chance.happens(0.3)) die()
  else registry.weather.told = () => void world.after(chance.int(0, 100), die)
}

function restartLater(stage: Stage): void {
  stage.world.after(stage.chance.delay(50, 8_000), () => void stage.registry.start())
}

export const ACTS = {
  send: (stage) => withClient(stage, (device) => send(stage, device)),
  'send several': (stage) =>
    withClient(stage, (device) => {
      for (let count = stage.chance.int(2, 6); count > 0; count--) send(stage, device)
    }),
  'write offline': (stage) => withClient(stage, (device) => send(stage, device, 'queue')),
  edit: (stage) => say(stage, { kind: 'edit', text: `words ${stage.chance.hex(6)}` }),
  'take back': (stage) => say(stage, { kind: 'take-back' }),
  react: (stage) => say(stage, { kind: 'reaction', emoji: stage.chance.pick(['👍', '🎉']), on: stage.chance.happens(0.7) }),
  look: (stage) => withClient(stage, (device) => void look(stage, device)),
  'mark read': (stage) => withClient(stage, (device) => markRead(stage, device)),
  take: (stage) =>
    withClient(stage, (device) => {
      if (device.client) stage.watchOf(device).take(device.client)
    }),
  'retry now': (stage) => withClient(stage, (device) => device.client?.retryNow()),

  cut: (stage) => {
    const wires = stage.network.wires()
    if (wires.length > 0) stage.chance.pick(wires).reset()
  },
  'go deaf': (stage) => {
    const wires = stage.network.wires()
    if (wires.length > 0) stage.chance.pick(wires).goDeaf(stage.chance.pick(['both', 'both', 'client', 'registry'] as const))
  },
  stall: (stage) => {
    const wires = stage.network.wires()
    if (wires.length > 0) stage.chance.pick(wires).stall(stage.chance.delay(100, 20_000))
  },
  unplug: (stage) => {
    const device = anyDevice(stage)
    if (!device.plugged) return
    device.plugged = false
    stage.world.note(() => `${device.name} is unplugged`)
    for (const wire of stage.network.wires(device)) {
      if (stage.chance.happens(0.5)) wire.reset()
      else wire.goDeaf()
    }
    stage.world.after(stage.chance.delay(500, 20_000), () => {
      device.plugged = true
      stage.world.note(() => `${device.name} is plugged in again`)
    })
  },
  'slow line': (stage) => {
    stage.network.weight = stage.chance.pick([0, 0, 500, 6_000])
    stage.network.latency = stage.chance.pick([
      [0, 0],
      [1, 40],
      [1, 40],
      [20, 3_000],
    ] as const)
  },

  'crash a client': (stage) => crash(stage, anyDevice(stage), false),
  'crash at a statement': (stage) => withClient(stage, (device) => device.crashAtStatement(stage.chance.int(1, 30))),
  'cut the power of a client': (stage) => {
    const device = anyDevice(stage)
    // Nothing is synced from here to the power cut.
    stage.syncDisks(device)
    stage.world.after(stage.chance.int(0, 4_000), () => crash(stage, device, true))
  },
  quit: (stage) =>
    withClient(stage, (device) => {
      void device.quit().then((quit) => quit && stage.deviceDied(device))
    }),
  sleep: (stage) => {
    const device = anyDevice(stage)
    const millis = stage.chance.pick([5_000, 30_000, 45_000])
    const wires = stage.network.wires(device)
    device.machine.sleep(millis)
    // So long that the registry gives it up; often the clock jumps as well, as timers stand still in a sleeping machine.
    if (millis > 40_000) for (const wire of wires) wire.goDeaf(stage.chance.pick(['both', 'registry'] as const))
    device.machine.offset += stage.chance.pick([0, 3_600_000])
  },
  'set a clock': (stage) => {
    const machine = stage.chance.pick([stage.registry.machine, ...stage.model.devices.map((device) => device.machine)])
    machine.offset += stage.chance.pick([-86_400_000, -5_000, -1, 15_001, 3_600_000])
    stage.world.note(() => `the clock of ${machine.name} is off by ${machine.offset} ms now`)
  },

  'kill the registry': (stage) => registryDies(stage, false),
  'cut the power of the registry': (stage) => registryDies(stage, true),
  'stop the registry': (stage) =>
    withRegistry(stage, ({ life }, registry) => {
      void registry.stop().then(() => {
        if (registry.running || life.alive) return
        stage.network.registryDied(false)
        restartLater(stage)
      })
    }),
  'slow disk': (stage) => {
    stage.registry.weather.commit = stage.chance.pick([
      [0, 0],
      [0, 20],
      [5, 500],
      [50, 20_000],
    ] as const)
  },
  'full disk': (stage) => {
    stage.registry.weather.full = true
    stage.world.after(stage.chance.delay(100, 5_000), () => {
      stage.registry.weather.full = false
    })
  },
  'somebody registers': (stage) => void stage.newcomer(),
} as const satisfies Record<string, Act>

export type ActName = keyof typeof ACTS

const TALK: Partial<Record<ActName, number>> = {
  send: 24,
  'send several': 4,
  'write offline': 8,
  edit: 4,
  'take back': 2,
  react: 4,
  'mark read': 10,
  look: 5,
  take: 4,
  'retry now': 1,
}
const NETWORK: Partial<Record<ActName, number>> = { cut: 8, 'go deaf': 4, stall: 5, unplug: 4, 'slow line': 2 }
const CLIENTS: Partial<Record<ActName, number>> = {
  'crash a client': 4,
  'crash at a statement': 4,
  'cut the power of a client': 2,
  quit: 3,
  sleep: 2,
  'set a clock': 2,
}
const REGISTRY: Partial<Record<ActName, number>> = {
  'kill the registry': 3,
  'cut the power of the registry': 3,
  'stop the registry': 2,
  'slow disk': 2,
  'full disk': 1,
  'somebody registers': 1,
}

/** What may happen in a run, and how often: some runs have one kind of trouble only, so that it isn't hidden by another. */
export function weathers(): readonly Record<ActName, number>[] {
  const none = Object.fromEntries(Object.keys(ACTS).map((name) => [name, 0])) as Record<ActName, number>
  return [
    { ...none, ...TALK, ...NETWORK, ...CLIENTS, ...REGISTRY },
    { ...none, ...TALK, ...NETWORK, ...CLIENTS, ...REGISTRY },
    { ...none, ...TALK, ...NETWORK },
    { ...none, ...TALK, ...CLIENTS },
    { ...none, ...TALK, ...REGISTRY },
  ]
}
