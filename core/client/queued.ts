/** Where a queued message stands: behind all that have a stamp, in the order in which it was written. */

const DIGITS = 16

/** Stands for the stamp that the registry will give. `~` sorts behind every stamp. */
export function queuedStamp(n: number): string {
  return `~${n.toString(16).padStart(DIGITS, '0')}`
}

/** The number in the outbox before which to look, for a page that ends before this stamp; 0 when none is. */
export function queuedNumber(before: string | undefined): number {
  if (before === undefined) return Number.MAX_SAFE_INTEGER
  const n = before.startsWith('~') ? Number.parseInt(before.slice(1), 16) : 0
  return Number.isSafeInteger(n) ? n : 0
}
