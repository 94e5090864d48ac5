/** From all that was seen to what is said. Pure: the same evidence, the same findings. */
import type { Evidence } from './evidence.ts'
import { CHECKS, type Finding, type Severity } from './finding.ts'
import { certificateRules, clockRules } from './rules/account.ts'
import { interfaceRules } from './rules/interfaces.ts'
import { multicastRules } from './rules/multicast.ts'
import { inboundRules, peerRules } from './rules/peers.ts'
import { reached, registryRules } from './rules/registry.ts'

const WORST_FIRST: readonly Severity[] = ['blocks', 'hinders', 'fine']

/** What is found so far, worst first, and then in the order of the checks. Each code at most once for a check. */
export function diagnose(evidence: Evidence): Finding[] {
  const isReached = reached(evidence)
  const peers = peerRules(evidence)
  const inbound = inboundRules(evidence)
  const interfaces = interfaceRules(evidence, isReached || evidence.target === undefined)
  const noWay = interfaces.some(({ severity }) => severity === 'blocks') && !answered(evidence)
  const all = [
    ...interfaces,
    // Without a network to speak of, that nobody answers follows from it.
    ...registryRules(evidence).filter(({ severity }) => !noWay || severity !== 'blocks'),
    ...certificateRules(evidence),
    ...clockRules(evidence),
    ...multicastRules(evidence),
    // What stands in one person's way says it with more weight.
    ...inbound.filter(({ code }) => !peers.some((one) => one.code === code)),
    ...peers,
  ]
  const rank = ({ severity, check }: Finding) => WORST_FIRST.indexOf(severity) * CHECKS.length + CHECKS.indexOf(check)
  return all.sort((a, b) => rank(a) - rank(b))
}

/** Somebody, the registry or not, took the connection or refused it. */
function answered({ port }: Evidence): boolean {
  return port?.outcome === 'open' || port?.outcome === 'refused'
}
