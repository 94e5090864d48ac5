/** A client for as long as a subcommand needs it. */
import { openNetworkFile } from '../../discovery/network-file.ts'
import type { Client, User } from '../client/client.ts'
import type { ClientOptions } from '../client/open.ts'
import { OptiChatError } from '../protocol/errors.ts'
import type { Context, OptionSpecs } from './command.ts'
import { locate } from './locate.ts'

/** Opens the profile's client, does the work until it is done or the command is to end, and closes. */
export async function withClient<T, O extends OptionSpecs>(
  { profile, lifetime, output }: Context<O>,
  work: (client: Client) => Promise<T>,
  own: Partial<ClientOptions> = {},
): Promise<T> {
  // Loaded only now: the schemas of the wire take some 0.4 s of a slow machine, and --help has no need of them.
  const [{ openClient }, { deviceName }] = await Promise.all([import('../client/open.ts'), import('../client/device.ts')])
  const file = openNetworkFile(profile)
  const client: Client = await openClient({
    profile,
    device: deviceName('optichat command'),
    locate: (told, signal) => locate(client.registry, told, signal, { file }),
    heardOf: (registries) => file.hearOf(registries),
    ...own,
  })
  client.on('trouble', (error) => output.error(error))
  client.on('changed', ({ id, state, code = 'internal' }) => {
    if (state === 'refused') output.warn(`optichat: a queued message (${id}) is not sent: ${new OptiChatError(code).message} [${code}]`)
  })
  try {
    return await lifetime.race(work(client))
  } finally {
    await client.close()
  }
}

/** The same, signed in and synced. */
export function withConnection<T, O extends OptionSpecs>(
  context: Context<O>,
  work: (client: Client, me: User) => Promise<T>,
  own: Partial<ClientOptions> = {},
): Promise<T> {
  const connected = async (client: Client) => {
    await client.connect()
    return work(client, signedIn(client))
  }
  return withClient(context, connected, own)
}

/** Who is signed in on this profile. @throws OptiChatError `not-signed-in` */
export function signedIn(client: Client): User {
  if (!client.me) throw new OptiChatError('not-signed-in')
  return client.me
}
