/** One finding, put together. */
import type { CheckId, Finding, FindingCode, FindingValues, Fix, Severity } from '../finding.ts'

export function finding<C extends FindingCode>(
  code: C,
  check: CheckId,
  severity: Severity,
  values: FindingValues[C],
  fixes: readonly Fix[] = [],
): Finding {
  return { code, check, severity, values, fixes }
}

/** Text that came off the network, as part of a sentence: short, and without characters that a terminal would obey. */
export function quoted(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '').slice(0, 60)
}

/** The /24 around an IPv4 address: what is let in rather than everybody. Null for IPv6. */
export function networkAround(address: string | null | undefined): string | null {
  return address && /^(?!127\.)\d+\.\d+\.\d+\.\d+$/.test(address) ? address.replace(/\.\d+$/, '.0/24') : null
}
