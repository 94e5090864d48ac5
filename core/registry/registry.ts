/** A registry: its folder, its store, its sessions, its socket; opened and closed together. */
import { opaqueReady } from '../identity/opaque-registry.ts'
import { listenWebSocket } from '../link/listen.ts'
import { systemClock } from '../protocol/clock.ts'
import { asOptiChatError } from '../protocol/errors.ts'
import { RELAY_PREFACE, RETENTION_DAYS } from '../protocol/limits.ts'
import { Admin } from './admin.ts'
import { createContext } from './context.ts'
import { serveControl } from './control.ts'
import { openDataFolder } from './data-folder.ts'
import { giveBackWhenQuiet } from './give-back.ts'
import { Hub } from './hub.ts'
import { newId } from './ids.ts'
import { Journal } from './journal.ts'
import { Measured, Meter } from './metrics.ts'
import { serveMetrics } from './metrics-server.ts'
import type { RegistryOptions, RunningRegistry } from './options.ts'
import { RATES } from './rates.ts'
import { forgetOld, forgetRegularly } from './retention.ts'
import { workerStore } from './store/worker-store.ts'

/**
 * Starts a registry on its data folder.
 * @throws OptiChatError `data-in-use`, `data-unreadable`, `port-taken`, `interface-unknown`
 */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const clock = options.clock ?? systemClock
  const journal = new Journal(options.log, clock)
  const meter = new Meter()
  const retention = options.retentionDays ?? RETENTION_DAYS
  await opaqueReady
  const undo: (() => Promise<void> | void)[] = []
  const unwind = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  try {
    const folder = await openDataFolder(options.data)
    undo.push(() => folder.release())
    let broken: (error: Error) => void = () => undefined
    const failure = new Promise<Error>((resolve) => {
      broken = resolve
    })
    const store = await workerStore({
      path: folder.database,
      onBroken(error) {
        meter.broken(error.code)
        broken(error)
      },
      onCommit: (report) => meter.committed(report),
    })
    undo.push(() => store.close())
    const { registration, rates = RATES } = options
    const snapshot = await store.load(newId())
    if (registration !== undefined && registration !== snapshot.registration) await store.setRegistration(registration)
    const context = createContext({
      name: options.name,
      setup: folder.setup,
      store,
      snapshot,
      clock,
      journal,
      rates,
      ...(registration && { registration }),
      ...(options.relay === undefined ? {} : { relay: options.relay }),
    })
    await forgetOld(context, retention)
    const hub = new Hub(context)
    const server = await listenWebSocket({
      identity: folder.identity,
      ...(options.host === undefined ? {} : { host: options.host }),
      port: options.port,
      clock,
      traffic: meter.traffic,
      onLink: (link) => hub.accept(new Measured(link, meter)),
      beside: { byte: RELAY_PREFACE.charCodeAt(0), onSocket: (socket) => context.relays.accept(socket) },
      onRefused({ address, why }) {
        meter.connectionsRefused++
        journal.refusal(address)`a connection from ${address} was refused: ${why}`
      },
    })
    undo.push(() => server.close())
    undo.push(() => context.relays.close())
    const metrics = options.metricsPort === undefined ? null : await serveMetrics(options.metricsPort, context, meter)
    if (metrics) undo.push(() => metrics.close())
    const admin = new Admin(context)
    const control = await serveControl(options.data, admin).catch((error: unknown) => {
      journal.line`"optichat admin" reaches this registry only while it is stopped: ${error}`
      return null
    })
    if (control) undo.push(() => control.close())
    const cancelForgetting = forgetRegularly(context, retention)
    undo.push(giveBackWhenQuiet(clock))

    let ending: Promise<void> | null = null
    let stopped: (error: Error | null) => void = () => undefined
    const end = (reason: string, error: Error | null): Promise<void> => {
      ending ??= (async () => {
        cancelForgetting()
        await hub.stop(reason)
        await unwind()
        journal.flush()
        stopped(error)
      })()
      return ending
    }
    void failure.then((error) => {
      journal.line`the registry stops, since it can store nothing any more: ${error}`
      return end('internal', error)
    })
    return {
      id: context.id,
      name: context.name,
      port: server.port,
      fingerprint: folder.identity.fingerprint,
      metricsPort: metrics?.port ?? null,
      admin,
      reaches: context.reaches,
      neighbours: context.neighbours,
      stopped: new Promise((resolve) => {
        stopped = resolve
      }),
      close: (reason = 'registry-stopping') => end(reason, null),
    }
  } catch (error) {
    await unwind()
    throw asOptiChatError(error)
  }
}
