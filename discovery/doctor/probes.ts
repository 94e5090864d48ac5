/** What the doctor looks with: the real thing, one entry each, so that an examination can be tried with other eyes. */
import type { Clock } from '../../core/protocol/clock.ts'
import type { Finder } from '../finder.ts'
import { acceptedInterfaces, type RankedInterface, rankInterfaces } from '../interfaces.ts'
import { createMdnsFinder } from '../mdns-finder.ts'
import { Ears } from './ears.ts'
import type { Address } from './help.ts'
import { countNeighbours, neighbour, type Presence, routers } from './neighbours.ts'
import { type Route, routeTo } from './route.ts'
import { readRuledOut } from './ruleset.ts'
import { readSystem, type System } from './system.ts'
import { type PortResult, portPassesHere, programAt, tryPort } from './tcp.ts'

export interface Probes {
  system(): Promise<System>
  interfaces(chosen: string | null): Promise<readonly RankedInterface[]>
  /** Sends on the network. */
  finder(): Finder
  /** Sends on the network. */
  ears(): Pick<Ears, 'token' | 'ask' | 'answer' | 'answers' | 'sights' | 'close'>
  route(host: string): Promise<Route | null>
  port(address: Address, timeout: number, signal: AbortSignal): Promise<PortResult>
  program(address: Address): Promise<string | null>
  passesHere(own: string, port: number, timeout: number, signal: AbortSignal): Promise<boolean | null>
  /** Whether this computer's own rules stop what goes out to there; null where they cannot be read. */
  ruledOut(address: Address): Promise<boolean | null>
  neighbour(address: string): Promise<Presence>
  /** Sends to each address around one. */
  neighbours(around: string, but: readonly string[]): Promise<number | null>
}

/** Milliseconds for systeminformation: a ranking without it is good enough for a doctor. */
const REPORT = 3_000

export function realProbes(clock: Clock): Probes {
  return {
    system: () => readSystem(),
    interfaces: (chosen) => rankInterfaces({ chosen, timeout: REPORT, clock }),
    finder: () => createMdnsFinder({ clock }),
    ears: () => new Ears(acceptedInterfaces(), clock),
    route: (host) => routeTo(host, clock),
    port: (address, timeout, signal) => tryPort({ ...address, clock, timeout, signal }),
    program: (address) => programAt({ ...address, clock }),
    passesHere: (own, port, timeout, signal) => portPassesHere({ own, port, clock, timeout, signal }),
    ruledOut: (address) => readRuledOut(address),
    neighbour: (address) => neighbour(address),
    neighbours: async (around, but) => countNeighbours(around, [...but, ...(await routers())], clock),
  }
}
