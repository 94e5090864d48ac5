import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { parseAddress } from '../../../discovery/address.ts'
import { surveyInterfaces } from '../../../discovery/interfaces.ts'
import { formatInvite, inviteQr } from '../../../discovery/invite.ts'
import { openNetworkFile } from '../../../discovery/network-file.ts'
import { readableFingerprint } from '../../identity/certificate.ts'
import { systemClock } from '../../protocol/clock.ts'
import { asOptiChatError, OptiChatError } from '../../protocol/errors.ts'
import { REGISTRY_PORT, RETENTION_DAYS } from '../../protocol/limits.ts'
import { announce } from '../announce.ts'
import { defineCommand } from '../command.ts'
import { registryFolder } from '../folders.ts'
import { keepInvite } from '../invite-file.ts'
import { Interrupted } from '../lifetime.ts'
import { watchNeighbours } from '../neighbours.ts'
import { wholeNumber } from '../parse.ts'
import { registrationPolicy } from '../registration.ts'
import { clockText, oneLine } from '../text.ts'

export const registry = defineCommand({
  name: 'registry',
  summary: 'runs a registry, which everyone on the network signs in to',
  usage:
    '[PORT] [--name N] [--interface IF|IP] [--data DIR] [--knows HOST[:PORT],…] [--no-advertise] [--registration open|invite|closed] [--retention DAYS|none] [--metrics PORT] [--no-relay] [--no-rate-limits] [--print-service systemd|launchd|windows]',
  details: `PORT is ${REGISTRY_PORT} unless given; 0 takes any free one. Ctrl-C stops it: it says goodbye, ends sessions with a reason, and leaves a clean database.`,
  options: {
    name: { type: 'string', value: 'N', text: 'what people see in their list of registries', default: 'this computer’s name' },
    interface: { type: 'string', value: 'IF|IP', text: 'listens and advertises on this interface only', default: 'all' },
    data: { type: 'string', value: 'DIR', text: 'the folder of its keys and database', default: 'registry/ in the profile' },
    registration: {
      type: 'string',
      value: 'POLICY',
      text: 'who may register: open (everybody), invite (who has a code of "optichat admin invite"), closed (nobody)',
      default: 'as it was said last; open at first',
    },
    retention: {
      type: 'string',
      value: 'DAYS|none',
      text: 'days for which messages are kept; none: only until everybody has them',
      default: String(RETENTION_DAYS),
    },
    metrics: {
      type: 'string',
      value: 'PORT',
      text: 'serves /metrics (Prometheus) and /healthz on 127.0.0.1 at this port; 0: any free one',
    },
    'print-service': {
      type: 'string',
      value: 'KIND',
      text: 'prints, instead of running, a unit of systemd, launchd or windows that runs it as this user with these options; installs nothing',
    },
    'no-relay': { type: 'boolean', text: 'passes no files on between people whose computers cannot reach each other' },
    'no-rate-limits': {
      type: 'boolean',
      text: 'slows nobody down, however often it is asked: for measurements and for a script that may fill the disk',
    },
    knows: {
      type: 'string',
      value: 'HOST[:PORT],…',
      text: 'other registries of which it tells its people, beside those it hears on the network: for subnets that multicast does not reach',
    },
    'no-advertise': { type: 'boolean', text: 'is not announced on the network: people type its address or paste its invite' },
  },
  example: 'optichat registry --name "Our team"',
  takes: [0, 1],
  json: 'first {"event":"ready","name","host","port","fingerprint","invite","metrics"} (metrics: its address, with --metrics only), then {"event":"log","line"} for each thing that happens',
  stays: () => true,
  async run({ args, options, output, profile, lifetime, env }) {
    const port = wholeNumber(args[0] ?? String(REGISTRY_PORT), 'PORT', 0, 65_535)
    const chosen = options.interface ?? null
    const metricsPort = options.metrics === undefined ? {} : { metricsPort: wholeNumber(options.metrics, '--metrics', 0, 65_535) }
    const registration =
      options.registration === undefined ? {} : { registration: registrationPolicy(options.registration, '--registration') }
    const retentionDays = options.retention === undefined ? {} : { retentionDays: retentionOf(options.retention) }
    const knows = (options.knows ?? '').split(',').filter((text) => text.trim() !== '')
    for (const text of knows) parseAddress(text)
    const data = resolve(options.data ?? registryFolder(profile))
    if (options['print-service'] !== undefined) {
      const { json: _json, profile: _profile, data: _data, 'print-service': kind, ...passed } = options as Record<string, string | boolean>
      const { serviceUnit, thisService } = await import('../service-units.ts')
      const unit = serviceUnit(String(kind), thisService({ options: passed, data, port }, env))
      output.tell({ event: 'service', kind, unit }, unit)
      return 0
    }
    const log = (line: string) => output.tell({ event: 'log', line }, `${clockText(systemClock.now())} ${oneLine(line)}`)
    const { startRegistry } = await import('../../registry/registry.ts')
    const best = await lifetime.race(bestInterface(chosen, profile))
    const early: string[] = []
    let ready = false
    const running = await startRegistry({
      data,
      name: options.name ?? hostname(),
      port,
      ...(chosen === null ? {} : { host: best.address }),
      ...metricsPort,
      ...registration,
      ...retentionDays,
      ...(options['no-relay'] ? { relay: false } : {}),
      ...(options['no-rate-limits'] ? { rates: null } : {}),
      log: (line) => (ready ? log(line) : early.push(line)),
    })
    try {
      const { name, port, fingerprint } = running
      const trouble = (what: { interface: string; message: string }) => log(`not advertised on ${what.interface} for now: ${what.message}`)
      const interfaces = chosen === null ? {} : { interfaces: [best.name] }
      const advertisement = options['no-advertise'] ? null : await announce(running, { ...interfaces, trouble })
      const metrics = running.metricsPort === null ? null : `http://127.0.0.1:${running.metricsPort}/metrics`
      const neighbours = watchNeighbours(running, { knows, listen: advertisement !== null, ...interfaces })
      const also = best.also.map((host) => ({ host, port }))
      const invite = formatInvite({ host: best.address, port, fingerprint, name, also })
      keepInvite(data, invite)
      output.tell(
        { event: 'ready', name, host: best.address, port, fingerprint, invite, ...(metrics === null ? {} : { metrics }) },
        welcome({ name, host: best.address, port, fingerprint, invite, metrics }),
      )
      if (output.interactive) output.say(await inviteQr(invite))
      ready = true
      for (const line of early) log(line)
      if (options['no-rate-limits']) log('nobody is slowed down, however often they ask (--no-rate-limits)')
      const failed = await lifetime.race(running.stopped).catch((error: unknown) => {
        if (error instanceof Interrupted) return null
        throw error
      })
      log('stopping')
      await Promise.all([advertisement?.stop(), neighbours.stop()])
      if (failed) throw asOptiChatError(failed)
    } finally {
      await running.close('registry-stopping')
    }
    log('stopped')
    return 0
  },
})

/** A hundred years are for ever. */
const MAX_RETENTION = 36_500

function retentionOf(text: string): number | 'none' {
  return text === 'none' ? text : wholeNumber(text, '--retention (unless it is none)', 1, MAX_RETENTION)
}

/** The addresses to give to people, the best first; loopback where there is no network. */
async function bestInterface(asked: string | null, profile: string): Promise<{ name: string; address: string; also: readonly string[] }> {
  const { interfaces } = await surveyInterfaces({ choice: (network) => asked ?? openNetworkFile(profile).chosen(network) })
  const usable = interfaces.filter(({ accepted, address }) => accepted && address !== null)
  const best = asked === null ? usable[0] : interfaces.find((one) => one.chosen)
  if (best?.address) {
    // Virtual networks and tunnels lead to nobody who is invited; link-local IPv6 addresses mean nothing elsewhere.
    const others = usable.filter(
      ({ name, kind, address }) => name !== best.name && ['wired', 'wireless', 'unknown'].includes(kind) && !address?.includes('%'),
    )
    return { name: best.name, address: best.address, also: asked === null ? others.flatMap(({ address }) => address ?? []) : [] }
  }
  if (asked !== null) throw new OptiChatError('interface-unknown', oneLine(asked))
  return { name: 'lo', address: '127.0.0.1', also: [] }
}

interface Ready {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly fingerprint: string
  readonly invite: string
  readonly metrics: string | null
}

function welcome(ready: Ready): string {
  return [
    `The registry ${oneLine(ready.name)} is ready at ${ready.host}:${ready.port}.`,
    `Its fingerprint: ${readableFingerprint(ready.fingerprint)}`,
    `To invite people: ${ready.invite}`,
    ...(ready.metrics === null ? [] : [`Its metrics: ${ready.metrics}`]),
    'Ctrl-C stops it.',
  ].join('\n')
}
