/** A registry's data folder as use would have left it, filled through its own store: accounts, their devices, messages. */
import { randomBytes } from 'node:crypto'
import { messageId } from '../../core/client/message-id.ts'
import { createIdentity, type Identity } from '../../core/identity/certificate.ts'
import { systemClock } from '../../core/protocol/clock.ts'
import type { UserId } from '../../core/protocol/messages.ts'
import { nameKey } from '../../core/protocol/name.ts'
import { StampClock } from '../../core/protocol/stamp.ts'
import { Accounts } from '../../core/registry/accounts.ts'
import { openDataFolder } from '../../core/registry/data-folder.ts'
import { newId } from '../../core/registry/ids.ts'
import { localStore } from '../../core/registry/store/local-store.ts'
import { openDatabase } from '../../core/sqlite.ts'

/** Somebody with an account and one enrolled device: its certificate signs it in. */
export interface Enrolled {
  readonly user: UserId
  readonly identity: Identity
}

export interface Prepared {
  readonly people: Enrolled[]
  /** Of the registry's certificate. */
  readonly fingerprint: string
  /** Position of the newest message. */
  readonly head: number
}

const BATCH = 1_000

/** Fills the folder, which is new, with so many people and messages to everyone (80 characters each). Some 6 ms a person, 25 µs a message. */
export async function prepareRegistry(of: { data: string; people: number; messages: number }): Promise<Prepared> {
  const folder = await openDataFolder(of.data)
  const store = localStore(openDatabase(folder.database))
  try {
    const snapshot = await store.load(newId())
    const accounts = new Accounts(store, systemClock, snapshot)
    const people: Enrolled[] = []
    for (let n = 0; n < of.people; n += 100) {
      const some = Array.from({ length: Math.min(100, of.people - n) }, async (_, index) => {
        const [identity, user, name] = [await createIdentity('OptiChat device'), newId(), `Person ${n + index + 1}`]
        // No password opens this record; none is needed where the device is enrolled.
        const record = randomBytes(192).toString('base64url')
        const account = await accounts.register({ id: user, name, nameKey: nameKey(name), record, since: 0 })
        await accounts.enrol(identity.fingerprint, account, 'bench')
        return { user, identity }
      })
      people.push(...(await Promise.all(some)))
    }
    const stamps = new StampClock(snapshot.registry, () => systemClock.now())
    const author = people[0]?.user ?? snapshot.registry
    const conversation = { id: 'everyone', audience: '"everyone"' }
    let head = 0
    for (let n = 0; n < of.messages; n += BATCH) {
      const appended = await Promise.all(
        Array.from({ length: Math.min(BATCH, of.messages - n) }, (_, index) => {
          const body = JSON.stringify({ kind: 'text', text: `${n + index + 1} `.padEnd(80, 'x') })
          return store.append({ id: messageId(systemClock.now()), stamp: stamps.next(), author, conversation, body })
        }),
      )
      head = appended.at(-1)?.position ?? head
    }
    return { people, fingerprint: folder.identity.fingerprint, head }
  } finally {
    await store.close()
    folder.release()
  }
}
