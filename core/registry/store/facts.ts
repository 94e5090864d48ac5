import type { Sql } from './sql.ts'

/** Single values that the database keeps about itself, by name. */
export class Facts {
  readonly #sql: Sql

  constructor(sql: Sql) {
    this.#sql = sql
  }

  get(name: string): string | null {
    return this.#sql.get<{ value: string }>('SELECT value FROM facts WHERE name = ?', name)?.value ?? null
  }

  set(name: string, value: string): void {
    this.#sql.run('INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value', name, value)
  }
}
