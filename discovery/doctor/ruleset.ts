/**
 * What this computer's own nftables rules say of a connection that goes out, where they may be read (by root): the one case in which nothing
 * else tells a firewall here from one at the other end. Rules made by iptables show there, too.
 */
import { execFile } from 'node:child_process'

/** Milliseconds. */
const TOOL = 1_000
/** Characters of a ruleset: large ones are thousands of addresses. */
const MOST = 4_000_000

/** True: a rule stops it. False: none does that could be understood. Null: the rules cannot be read. */
export async function readRuledOut(to: { host: string; port: number }): Promise<boolean | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null
  const ruleset = await new Promise<string | null>((resolve) => {
    execFile('nft', ['list', 'ruleset'], { timeout: TOOL, maxBuffer: MOST }, (error, stdout) => resolve(error ? null : stdout))
  })
  return ruleset === null ? null : ruledOut(ruleset, to)
}

/** Pure: whether a chain for what goes out has a rule, or a policy without an exception, that stops TCP to a host and port. */
export function ruledOut(ruleset: string, { host, port }: { host: string; port: number }): boolean {
  return outgoing(ruleset).some((chain) => {
    const rules = chain.split('\n').map((line) => line.trim())
    const names = (rule: string) => {
      const ports = /\bdport (!= )?(\{[^}]*\}|[\d-]+)/.exec(rule)
      return ports !== null && includes(ports[2] ?? '', port) !== (ports[1] !== undefined)
    }
    const elsewhere = (rule: string) => {
      const to = /\bip6? daddr (!= )?(\S+)/.exec(rule)
      return to !== null && (to[2] === host) === (to[1] !== undefined)
    }
    const about = (rule: string) => (names(rule) || (!/\bdport\b/.test(rule) && /\bdaddr\b/.test(rule))) && !elsewhere(rule)
    // The first that decides counts; what is about connections under way decides nothing about a new one.
    const deciding = rules.find((rule) => /\b(drop|reject|accept)\b/.test(rule) && !/^type /.test(rule) && !isOther(rule) && about(rule))
    if (deciding) return !/\baccept\b/.test(deciding)
    return (
      rules.some((rule) => /^type .*policy drop;/.test(rule)) &&
      !rules.some((rule) => rule === 'accept' || (/ accept$/.test(rule) && !/\b(ct state|dport|daddr|oif|oifname|icmp)/.test(rule)))
    )
  })
}

/** About another protocol, loopback, or connections that are there already. */
function isOther(rule: string): boolean {
  return /\b(udp|icmp|icmpv6) |\boif(name)? "?lo"?\b|\bct state (?!.*\bnew\b)/.test(rule)
}

function includes(ports: string, port: number): boolean {
  return ports
    .replaceAll(/[{}\s]/g, '')
    .split(',')
    .some((one) => {
      const [low = '', high = low] = one.split('-')
      return Number(low) <= port && port <= Number(high)
    })
}

/** The texts of the chains that filter what goes out. */
function outgoing(ruleset: string): string[] {
  return [...ruleset.matchAll(/chain \S+ \{\n([\s\S]*?)\n\t\}/g)]
    .map(([, body = '']) => body)
    .filter((body) => /type filter hook output /.test(body))
}
