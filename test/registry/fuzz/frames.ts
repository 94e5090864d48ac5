/** Frames as no client sends them: made from the declarations, then broken; or whole, but where they don't belong. */
import type { TSchema } from 'typebox'
import { VERBS, type Verb } from '../../../core/protocol/messages.ts'

/** What frames can name that is there. */
export interface World {
  readonly users: readonly string[]
  readonly rooms: readonly string[]
  readonly devices: readonly string[]
}

type Json = Record<string, unknown>
/** A JSON schema, as far as the declarations use it. */
interface Schema {
  readonly anyOf?: readonly Schema[]
  readonly const?: unknown
  readonly type?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

const VERB_NAMES = Object.keys(VERBS) as Verb[]
/** What would make or unmake accounts and rooms without end comes whole only now and then. */
const LASTING: ReadonlySet<Verb> = new Set(['room-create', 'logout', 'device-revoke'])

export class Frames {
  readonly #random: () => number
  readonly #world: World
  /** Few, so that frames meet those of earlier ones. */
  readonly #ids: readonly string[]

  constructor(random: () => number, world: World) {
    this.#random = random
    this.#world = world
    this.#ids = Array.from({ length: 24 }, (_, index) => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`)
  }

  next(): string {
    const roll = this.#random()
    if (roll < 0.04) return this.#noise()
    if (roll < 0.05) return this.#deep()
    const verb = this.pick(VERB_NAMES)
    const frame: Json = { verb, n: 1 + Math.floor(this.#random() * 1e6), ...(this.#value(VERBS[verb].request as Schema) as Json) }
    if (roll < 0.35 && !(LASTING.has(verb) && this.#random() < 0.99)) return JSON.stringify(frame)
    if (roll < 0.45) return this.#cut(JSON.stringify(frame))
    this.#breakOne(frame)
    return JSON.stringify(frame)
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }

  /** Something that fits the schema. */
  #value(schema: Schema): unknown {
    if (schema.anyOf) return this.#value(this.pick(schema.anyOf))
    if ('const' in schema) return schema.const
    switch (schema.type) {
      case 'object': {
        const required = new Set(schema.required)
        const fields = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name) || this.#random() < 0.5)
        return Object.fromEntries(fields.map(([name, field]) => [name, this.#value(field)]))
      }
      case 'array': {
        const length = Math.max(schema.minItems ?? 0, Math.floor(this.#random() * 4))
        return Array.from({ length }, () => this.#value(schema.items ?? {}))
      }
      case 'string':
        return this.#text(schema)
      case 'integer':
        return this.pick([0, 1, 2, 3, 17, 1_000, Number.MAX_SAFE_INTEGER])
      case 'boolean':
        return this.#random() < 0.5
      default:
        return null
    }
  }

  #text({ pattern, minLength = 0, maxLength = 100 }: Schema): string {
    if (pattern?.includes('{22}')) return this.pick([...this.#world.users, ...this.#world.rooms, 'A'.repeat(22)])
    if (pattern?.includes('{64}')) return this.pick([...this.#world.devices, '0'.repeat(64)])
    if (pattern?.includes('{12}')) return this.pick(this.#ids)
    if (pattern?.includes('{43}')) return 'A'.repeat(43)
    if (pattern) return 'A'.repeat(this.pick([1, 42, 43, 128, 256, 1024]))
    const words = this.pick([
      '',
      'x',
      'Alice',
      'everyone',
      '👍',
      '10.0.0.1:80',
      '*:99',
      '../../etc/passwd',
      '\u202e',
      '\u0000',
      'y'.repeat(300),
    ])
    return words.padEnd(minLength, 'z').slice(0, maxLength)
  }

  /** Breaks a field, somewhere in it. */
  #breakOne(frame: Json): void {
    let at: Json = frame
    for (;;) {
      const deeper = Object.values(at).filter((value): value is Json => typeof value === 'object' && value !== null)
      if (deeper.length === 0 || this.#random() < 0.5) break
      at = this.pick(deeper)
    }
    const field = this.pick([...Object.keys(at), ...(Array.isArray(at) ? ['0'] : ['extra', '__proto__', 'constructor', 'length'])])
    const weird = [
      null,
      -1,
      0.5,
      1e300,
      '',
      [],
      {},
      [[]],
      true,
      'x'.repeat(5_000),
      '\ud800',
      { kind: 'gone' },
      'everyone',
      [null],
      this.pick(this.#ids),
    ]
    if (this.#random() < 0.25) delete at[field]
    else Object.defineProperty(at, field, { value: this.pick(weird), enumerable: true, configurable: true, writable: true })
  }

  #cut(text: string): string {
    const at = Math.floor(this.#random() * text.length)
    return this.pick([text.slice(0, at), text.slice(at), text.slice(0, at) + text.slice(at + 1), `${text}${text}`, `\ufeff${text}`])
  }

  #noise(): string {
    return Array.from({ length: Math.floor(this.#random() * 200) }, () => String.fromCharCode(this.#random() * 0xffff)).join('')
  }

  #deep(): string {
    const depth = Math.floor(this.#random() * 5_000)
    return this.pick(['[', '{"a":', '{"verb":']).repeat(depth)
  }
}

/** Whether a schema is one that frames can be made from: a declaration of a new shape would otherwise go untested. */
export function covered(schema: TSchema): boolean {
  const { anyOf, type, items, properties } = schema as Schema
  if (anyOf) return anyOf.every((one) => covered(one as TSchema))
  if ('const' in schema) return true
  if (type === 'object') return Object.values(properties ?? {}).every((one) => covered(one as TSchema))
  if (type === 'array') return items !== undefined && covered(items as TSchema)
  return type === 'string' || type === 'integer' || type === 'boolean'
}
