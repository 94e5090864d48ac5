/** Whose offers are accepted, as people write it: `all`, `none`, `alice,bob:100MB`, `everyone:1MB`. */
import type { AcceptRule, Client } from '../client/client.ts'
import { UsageError } from './command.ts'
import { nameList } from './parse.ts'
import { sizeOf } from './sizes.ts'
import { bytesText, oneLine } from './text.ts'

/** As typed: names are not looked up yet. */
export interface TypedRule {
  readonly name: string
  readonly upTo: number | null
}

/** @throws UsageError naming the option */
export function readRules(text: string, what: string): TypedRule[] {
  return nameList(text, what).map((item) => {
    const colon = item.lastIndexOf(':')
    if (colon < 0) return { name: item, upTo: null }
    const name = item.slice(0, colon).trim()
    if (name === '') throw new UsageError(`${what} needs a name before each size, such as ${what} bob:100MB.`)
    return { name, upTo: sizeOf(item.slice(colon + 1), `${what} ${name}:SIZE`) }
  })
}

/** @throws OptiChatError `user-unknown`, naming who */
export function resolveRules(client: Client, typed: readonly TypedRule[]): AcceptRule[] {
  return typed.map(({ name, upTo }) => ({ from: name === 'everyone' ? name : (client.resolve([name])[0] ?? ''), upTo }))
}

/** `alice, bob up to 100 MB`; `nobody` */
export function rulesText(client: Client, rules: readonly AcceptRule[]): string {
  const name = (rule: AcceptRule) =>
    rule.from === 'everyone' ? rule.from : oneLine(client.roster().find(({ id }) => id === rule.from)?.name ?? rule.from)
  return rules.map((rule) => `${name(rule)}${rule.upTo === null ? '' : ` up to ${bytesText(rule.upTo)}`}`).join(', ') || 'nobody'
}
