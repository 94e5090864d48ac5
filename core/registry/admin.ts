/** What whoever runs a registry can do to its accounts; the same over a running one and over the folder of a stopped one. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../protocol/clock.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Device, Registration, RosterUser } from '../protocol/messages.ts'
import { nameKey } from '../protocol/name.ts'
import type { Account } from './accounts.ts'
import { type Context, createContext } from './context.ts'
import { openDataFolder } from './data-folder.ts'
import { newId } from './ids.ts'
import { Journal } from './journal.ts'
import { deleteAccount, endRevoked, revokeDevice } from './leaving.ts'
import { rosterUser } from './presence.ts'
import { workerStore } from './store/worker-store.ts'

export interface AdminUser extends Omit<RosterUser, 'delivered'> {
  /** Milliseconds since 1970. */
  readonly registered: number
  /** Enrolled ones. */
  readonly devices: number
}

export type AdminDevice = Omit<Device, 'current'>

/** A one-time code and until when it can be used, milliseconds since 1970. */
export interface Code {
  readonly code: string
  readonly expires: number
}

export class Admin {
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /** All, by name; those that were deleted are `gone`. */
  users(): AdminUser[] {
    const users = [...this.#context.accounts.all()].map((account) => {
      const { delivered: _, ...shown } = rosterUser(account)
      return { ...shown, registered: account.registered, devices: account.devices.size }
    })
    return users.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
  }

  /** @throws OptiChatError `user-unknown` */
  devices(name: string): AdminDevice[] {
    const account = this.#account(name)
    const online = new Set([...account.sessions].map(({ fingerprint }) => fingerprint))
    return [...account.devices].map(({ fingerprint, name, enrolled, lastSeen }) => ({
      fingerprint,
      name,
      enrolledAt: enrolled,
      lastSeen: lastSeen ?? enrolled,
      online: online.has(fingerprint),
    }))
  }

  /** Signs a device out. @throws OptiChatError `device-unknown` */
  async revoke(fingerprint: string): Promise<void> {
    const device = this.#context.accounts.device(fingerprint.toLowerCase())
    if (!device) throw new OptiChatError('device-unknown', fingerprint)
    await revokeDevice(this.#context, device)
    endRevoked(this.#context, device.account)
  }

  /** A code that lets one person register. */
  async createInvite(): Promise<Code> {
    const code = await this.#context.invites.create(null)
    this.#context.journal.line`an invitation code was made`
    return code
  }

  /** A code with which a user sets a new password: `optichat register NAME --invite CODE`. @throws OptiChatError `user-unknown` */
  async resetPassword(name: string): Promise<Code> {
    const account = this.#account(name)
    const code = await this.#context.invites.create(account.id)
    this.#context.journal.line`a code for a new password of ${account.name} was made`
    return code
  }

  /** Who may register. */
  get registration(): Registration {
    return this.#context.registration
  }

  /** From now on, and after a restart too. */
  async setRegistration(registration: Registration): Promise<void> {
    await this.#context.store.setRegistration(registration)
    this.#context.registration = registration
    this.#context.journal.line`registration is ${registration} now`
  }

  /** Deletes an account; what it said stays, with its name. @throws OptiChatError `user-unknown` */
  async deleteUser(name: string): Promise<void> {
    const account = this.#account(name)
    await deleteAccount(this.#context, account)
    endRevoked(this.#context, account)
  }

  #account(name: string): Account {
    const account = this.#context.accounts.named(nameKey(name))
    if (!account) throw new OptiChatError('user-unknown', name)
    return account
  }
}

/**
 * Over the folder of a registry that is stopped; keeps one from starting until it is closed.
 * @throws OptiChatError `data-in-use` when it runs, `data-unreadable` when there is none
 */
export async function openAdmin(options: { data: string; log(line: string): void; clock?: Clock }): Promise<{
  readonly admin: Admin
  close(): Promise<void>
}> {
  const { data, log, clock = systemClock } = options
  // Looking at a folder must not make a registry of it.
  if (!existsSync(join(data, 'registry.sqlite'))) throw new OptiChatError('data-unreadable', `${data} holds no registry`)
  const folder = await openDataFolder(data)
  try {
    const store = await workerStore({ path: folder.database, onBroken: (error) => log(error.message) })
    const journal = new Journal(log, clock)
    const context = createContext({ name: '', setup: folder.setup, store, snapshot: await store.load(newId()), clock, journal })
    return {
      admin: new Admin(context),
      async close() {
        await store.close()
        folder.release()
      },
    }
  } catch (error) {
    folder.release()
    throw error
  }
}
