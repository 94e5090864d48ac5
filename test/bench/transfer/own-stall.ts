import type { Stall } from './side.ts'

/** The longest stall, ms, less what a program that did nothing was late by at the same time. */
export function longestOwn(stalls: readonly Stall[], witness: readonly Stall[]): number {
  return stalls.reduce((longest, stall) => Math.max(longest, stall.late - shared(stall, witness)), 0)
}

function shared({ from, to }: Stall, witness: readonly Stall[]): number {
  return witness.reduce((sum, other) => sum + Math.max(0, Math.min(other.late, Math.min(to, other.to) - Math.max(from, other.from))), 0)
}
