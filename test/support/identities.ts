import { createIdentity, type Identity } from '../../core/identity/certificate.ts'

const made = new Map<string, Promise<Identity>>()

/** The same identity for a name in one test run: making one costs some milliseconds, and who it is matters to no test. */
export function identityOf(name: string): Promise<Identity> {
  const identity = made.get(name) ?? createIdentity(name)
  made.set(name, identity)
  return identity
}
