/** A registry's data folder as use would have left it, filled through its own store: accounts, their devices, messages. */
import { randomBytes, randomUUID } from 'node:crypto'
import { createIdentity, type Identity } from '../../core/identity/certificate.ts'
import { systemClock } from '../../core/protocol/clock.ts'
import type { UserId } from '../../core/protocol/messages.ts'
import { nameKey } from '../../core/protocol/name.ts'
import { StampClock } from '../../core/protocol/stamp.ts'
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
    const registry = newId()
    await store.load(registry)
    const people: Enrolled[] = []
    const now = systemClock.now()
    for (let n = 0; n < of.people; n += 100) {
      const some = Array.from({ length: Math.min(100, of.people - n) }, async (_, index) => {
        const [identity, user, name] = [await createIdentity('OptiChat device'), newId(), `Person ${n + index + 1}`]
        // No password opens this record; none is needed where the device is enrolled.
        const record = randomBytes(192).toString('base64url')
        await store.addUser({ id: user, name, key: nameKey(name), record, since: 0, registered: now, lastSeen: null, delivered: 0 })
        await store.enrol({ fingerprint: identity.fingerprint, user, name: 'bench', enrolled: now })
        return { user, identity }
      })
      people.push(...(await Promise.all(some)))
    }
    const stamps = new StampClock(registry, () => systemClock.now())
    const author = people[0]?.user ?? registry
    const conversation = { id: 'everyone', audience: '"everyone"' }
    let head = 0
    for (let n = 0; n < of.messages; n += BATCH) {
      const appended = await Promise.all(
        Array.from({ length: Math.min(BATCH, of.messages - n) }, (_, index) => {
          const body = JSON.stringify({ kind: 'text', text: `${n + index + 1} `.padEnd(80, 'x') })
          return store.append({ id: randomUUID(), stamp: stamps.next(), author, conversation, body })
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
