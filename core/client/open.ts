/** Opens a profile folder as a `Client`. */
import { PasswordWorker } from '../identity/opaque-client.ts'
import { dialWebSocket } from '../link/websocket.ts'
import type { Clock, Random } from '../protocol/clock.ts'
import { systemClock } from '../protocol/clock.ts'
import { asOptiChatError, OptiChatError } from '../protocol/errors.ts'
import type { Device, Neighbour, RoomId, SessionPresence, To, UserId } from '../protocol/messages.ts'
import type { Caps, TransferEngine } from '../transfer/engine.ts'
import { startEngine } from '../transfer/start.ts'
import { AccountRooms } from './account.ts'
import type {
  Client,
  ClientEvents,
  Connection,
  Conversation,
  FoundMessage,
  HistoryMessage,
  KnownAccount,
  KnownRegistry,
  RegistryAddress,
  RoomEntry,
  RosterEntry,
  Transfer,
  TransferSettings,
  User,
} from './client.ts'
import type { ProfileDisk } from './disk.ts'
import { Emitter } from './emitter.ts'
import { defaultEndpoints, ownAddresses } from './endpoints.ts'
import { type ExportFormat, exportLines } from './export.ts'
import { type Dial, sayHello } from './handshake.ts'
import { messageId } from './message-id.ts'
import { type Account, Profile } from './profile.ts'
import type { Locate } from './reach.ts'
import type { Session } from './session.ts'
import { checkNewAccount, login, register } from './sign-in.ts'
import { accepts, setTransferSettings, transferSettings } from './transfer-settings.ts'

export interface ClientOptions {
  /** The profile folder; made at first use. Several processes may use one at once. */
  readonly profile: string
  /** What this program calls itself, for the registry's list of devices: at most 80 characters. Default: `optichat`. */
  readonly device?: string
  readonly clock?: Clock
  readonly random?: Random
  /** Ids for messages: UUIDs. Default: random ones. */
  readonly newId?: () => string
  /** Instead of files in the profile folder; for tests. */
  readonly disk?: ProfileDisk
  /** Where this device's peer server listens. Default: all addresses, the port that is set for the profile, else any free one. */
  readonly peer?: { readonly host?: string; readonly port?: number }
  /** `host:port` texts to tell peers, for the port the peer server got. Default: see `defaultEndpoints`. */
  endpoints?(port: number): string[]
  /** This computer's own addresses; when they change, the connection is looked at. Default: those of its interfaces, where it dials by itself. */
  addresses?(): readonly string[]
  /** Where else the registry may be (by mDNS, say), asked when its last address does not answer at once. Hints only: its pin decides. */
  readonly locate?: Locate
  /** The registry told of others, at a new connection. Hints only. */
  heardOf?(registries: readonly Neighbour[]): void
  /**
   * Goes on by itself with unfinished transfers of other processes that have ended, both ways or only those that we offered: for a
   * program that stays. Default: false.
   */
  readonly serveUnfinished?: boolean | 'sending'
  /** Bytes a second for this process, instead of what is set for the profile. */
  readonly cap?: Caps
  /** Instead of a WebSocket over TLS; for tests. */
  readonly dial?: Dial
  /** Instead of the real engine; for tests. */
  startEngine?(): Promise<TransferEngine>
}

/** Milliseconds that signing out waits for a registry that may not be there. */
const LOGOUT_PATIENCE = 5_000

/** @throws OptiChatError `data-unreadable`, `data-in-use` when the profile folder cannot be used */
export async function openClient(options: ClientOptions): Promise<Client> {
  const profile = await Profile.open(options.profile, options.disk)
  try {
    return new ProfileClient(profile, options)
  } catch (error) {
    profile.close()
    throw error
  }
}

class ProfileClient implements Client {
  readonly #profile: Profile
  readonly #options: ClientOptions
  readonly #clock: Clock
  readonly #dial: Dial
  readonly #events = new Emitter<ClientEvents>()
  readonly #closing = new AbortController()
  #rooms: AccountRooms | null = null

  constructor(profile: Profile, options: ClientOptions) {
    this.#profile = profile
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#dial = options.dial ?? ((of) => dialWebSocket({ ...of, clock: this.#clock }))
    const account = profile.account()
    if (account) this.#rooms = this.#open(account)
  }

  get connection(): Connection {
    return this.#rooms?.connection.state ?? { at: 'signed-out' }
  }

  get me(): User | null {
    return this.#rooms && !this.#isRevoked() ? this.#rooms.account.user : null
  }

  get registry(): KnownRegistry | null {
    if (!this.#rooms) return null
    return this.#profile.registry(this.#rooms.account.registry.id) ?? this.#rooms.account.registry
  }

  on<E extends keyof ClientEvents>(event: E, listener: (...args: ClientEvents[E]) => void): () => void {
    return this.#events.on(event, listener)
  }

  async register(registry: RegistryAddress, name: string, password: string, { invite }: { invite?: string } = {}): Promise<User> {
    checkNewAccount(name, password)
    return this.#signIn(registry, async (session, worker) => {
      await register(session, worker, { name, password, invite })
      return login(session, worker, name, password)
    })
  }

  login(registry: RegistryAddress, name: string, password: string): Promise<User> {
    return this.#signIn(registry, (session, worker) => login(session, worker, name, password))
  }

  async connect(): Promise<void> {
    await this.#signedIn().connect()
  }

  retryNow(): void {
    this.#rooms?.connection.retryNow()
  }

  accounts(): KnownAccount[] {
    const current = this.#rooms?.account.token
    return this.#profile.accounts().map(({ registry, user, token }) => ({ registry, user, current: token === current }))
  }

  async switchTo(registry: string): Promise<User> {
    const account = this.#profile.accounts().find((known) => known.registry.id === registry)
    if (!account) throw new OptiChatError('not-signed-in')
    if (account.token === this.#rooms?.account.token) return account.user
    await this.#leave()
    this.#profile.enter(account)
    const rooms = this.#open(account)
    this.#rooms = rooms
    // It goes on trying by itself, which the connection's state tells.
    rooms.connect().catch(() => undefined)
    return account.user
  }

  async logout(): Promise<void> {
    const rooms = this.#rooms
    if (!rooms) throw new OptiChatError('not-signed-in')
    const { account, connection } = rooms
    // Taken out of its connection first, for which the end that follows would be a refusal.
    const session = connection.release()
    this.#profile.forget(account)
    try {
      if (session) await this.#revoke(session)
      else await this.#revokeFromAfar(account)
    } finally {
      session?.close()
      await this.#signedOut()
    }
  }

  async devices(): Promise<Device[]> {
    return this.#signedIn().life.devices()
  }

  async revokeDevice(fingerprint: string): Promise<void> {
    await this.#signedIn().life.revoke(fingerprint)
  }

  async changePassword(present: string, next: string, { revokeOthers = false }: { revokeOthers?: boolean } = {}): Promise<void> {
    await this.#signedIn().life.changePassword(present, next, revokeOthers)
  }

  async deleteAccount(password: string): Promise<void> {
    const rooms = this.#signedIn()
    await rooms.life.delete(password)
    this.#profile.forget(rooms.account)
    await this.#signedOut()
  }

  roster(): readonly RosterEntry[] {
    return this.#rooms?.roster.list() ?? []
  }

  resolve(names: readonly string[]): UserId[] {
    return this.#signedIn().roster.resolve(names)
  }

  setPresence(state: SessionPresence): void {
    this.#signedIn().talk.setPresence(state)
  }

  sendTyping(to: To): void {
    this.#rooms?.talk.sendTyping(to)
  }

  rooms(): RoomEntry[] {
    return this.#rooms?.roster.rooms.list() ?? []
  }

  async createRoom(name: string, options: { open: boolean; members?: readonly UserId[] }): Promise<RoomEntry> {
    return this.#signedIn().talk.createRoom(name, options)
  }

  async joinRoom(room: RoomId): Promise<void> {
    await this.#signedIn().talk.joinRoom(room)
  }

  async inviteToRoom(room: RoomId, users: readonly UserId[]): Promise<void> {
    await this.#signedIn().talk.inviteToRoom(room, users)
  }

  async leaveRoom(room: RoomId): Promise<void> {
    await this.#signedIn().talk.leaveRoom(room)
  }

  async renameRoom(room: RoomId, name: string): Promise<void> {
    await this.#signedIn().talk.renameRoom(room, name)
  }

  async send(to: To, text: string, { reply }: { reply?: string } = {}): Promise<{ id: string; position: number }> {
    return this.#signedIn().talk.send(to, text, reply)
  }

  async queue(to: To, text: string, { reply }: { reply?: string } = {}): Promise<{ id: string }> {
    return this.#signedIn().talk.queue(to, text, reply)
  }

  cancelQueued(id: string): boolean {
    return this.#signedIn().talk.cancelQueued(id)
  }

  async edit(id: string, text: string): Promise<void> {
    await this.#signedIn().talk.edit(id, text)
  }

  async takeBack(id: string): Promise<void> {
    await this.#signedIn().talk.takeBack(id)
  }

  async react(id: string, emoji: string, on: boolean): Promise<void> {
    await this.#signedIn().talk.react(id, emoji, on)
  }

  message(id: string): HistoryMessage | null {
    return this.#rooms?.history.get(id) ?? null
  }

  history(query: { conversation?: string; before?: string; after?: string; limit: number }): HistoryMessage[] {
    const { conversation, after, limit } = query
    if (after !== undefined) return this.#rooms?.history.pageAfter({ conversation, after, limit }) ?? []
    return this.#rooms?.history.page(query) ?? []
  }

  search(words: string, query: { conversation?: string; limit: number }): FoundMessage[] {
    return this.#rooms?.history.search(words, query) ?? []
  }

  export(format: ExportFormat, { conversation }: { conversation?: string } = {}): Iterable<string> {
    return this.#rooms ? exportLines(this.#rooms.history, this.#rooms.roster, format, conversation) : []
  }

  takeNew(): HistoryMessage[] {
    return this.#signedIn().history.takeNew()
  }

  conversations(): Conversation[] {
    return this.#rooms?.history.conversations() ?? []
  }

  markRead(conversation: string, position: number): void {
    this.#signedIn().markRead(conversation, position)
  }

  async offer(to: To, paths: readonly string[], options: { later?: boolean } = {}): Promise<Transfer> {
    return this.#signedIn().offers.offer(to, paths, options)
  }

  transfers(): Transfer[] {
    return this.#rooms?.transfers.list() ?? []
  }

  transfer(id: string): Transfer | null {
    return this.#rooms?.transfers.get(id) ?? null
  }

  async accept(id: string, into: string): Promise<void> {
    await this.#signedIn().receiving.accept(id, into)
  }

  async decline(id: string): Promise<void> {
    await this.#signedIn().receiving.decline(id)
  }

  async cancel(id: string): Promise<void> {
    const { transfers, offers, receiving } = this.#signedIn()
    const transfer = transfers.get(id)
    if (transfer?.direction === 'send') offers.withdraw(transfer)
    else await receiving.cancel(id)
  }

  async pause(id: string): Promise<void> {
    const { transfers, offers, receiving } = this.#signedIn()
    const transfer = transfers.get(id)
    if (transfer?.direction === 'send') offers.pause(transfer)
    else await receiving.pause(id)
  }

  async resume(id: string): Promise<void> {
    const { transfers, offers, receiving } = this.#signedIn()
    const transfer = transfers.get(id)
    if (transfer?.direction === 'send') await offers.resume(transfer)
    else await receiving.resume(id)
  }

  accepts(transfer: Transfer): boolean {
    return transfer.direction === 'receive' && accepts(this.transferSettings(), transfer)
  }

  transferSettings(): TransferSettings {
    return transferSettings(this.#profile)
  }

  setTransferSettings(change: Partial<TransferSettings>): TransferSettings {
    const settings = setTransferSettings(this.#profile, change)
    this.#rooms?.resettle()
    return settings
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort()
    await this.#leave()
    this.#profile.close()
  }

  #open(account: Account): AccountRooms {
    const { random, addresses, dial, newId, peer, endpoints, locate, serveUnfinished, cap } = this.#options
    const { identity } = this.#profile
    return new AccountRooms(account, this.#profile, this.#events, {
      dial: this.#dial,
      identity,
      device: this.#device,
      clock: this.#clock,
      random: random ?? Math.random,
      newId: newId ?? (() => messageId(this.#clock.now())),
      addresses: addresses ? () => addresses() : dial ? () => [] : ownAddresses,
      ...(locate ? { locate } : {}),
      ...(this.#options.heardOf ? { heardOf: (registries) => this.#options.heardOf?.(registries) } : {}),
      serveUnfinished: serveUnfinished ?? false,
      ...(cap ? { cap } : {}),
      ...(peer?.host === undefined ? {} : { host: peer.host }),
      startEngine: this.#options.startEngine ?? (() => this.#startEngine(peer)),
      endpoints: endpoints ? (port) => endpoints(port) : (port) => defaultEndpoints(port, peer?.host),
    })
  }

  /** The port that is set is for one program at a time: another one, told so, takes any. One that was asked for outright is a must. */
  async #startEngine(peer: ClientOptions['peer']): Promise<TransferEngine> {
    const { identity } = this.#profile
    const { peerPort } = this.transferSettings()
    try {
      return await startEngine({ identity, listen: { port: peerPort, ...peer } })
    } catch (error) {
      if (peerPort === 0 || peer?.port !== undefined || asOptiChatError(error).code !== 'port-taken') throw error
      this.#events.emit('trouble', asOptiChatError(error))
      return startEngine({ identity, listen: { ...peer } })
    }
  }

  get #device(): string {
    return (this.#options.device ?? 'optichat').slice(0, 80)
  }

  #signedIn(): AccountRooms {
    if (!this.#rooms) throw new OptiChatError('not-signed-in')
    return this.#rooms
  }

  #isRevoked(): boolean {
    const state = this.connection
    return state.at === 'refused' && state.code === 'device-revoked'
  }

  async #signIn(address: RegistryAddress, prove: (session: Session, worker: PasswordWorker) => Promise<User>): Promise<User> {
    const worker = new PasswordWorker()
    let session: Session | null = null
    const abort = () => session?.close('cancelled')
    this.#closing.signal.addEventListener('abort', abort, { once: true })
    try {
      const greeted = await this.#greet(address)
      session = greeted.session
      const user = await prove(session, worker)
      if (this.#closing.signal.aborted) throw new OptiChatError('cancelled')
      await this.#leave()
      const rooms = this.#open(this.#profile.signedIn(greeted.registry, user))
      this.#rooms = rooms
      await rooms.connection.adopt(session)
      return user
    } catch (error) {
      session?.close()
      // What it said as it ended tells more than "not connected".
      if (session?.why && session.why !== 'not-connected' && error instanceof OptiChatError && error.code === 'not-connected')
        throw new OptiChatError(session.why)
      throw error
    } finally {
      this.#closing.signal.removeEventListener('abort', abort)
      await worker.close()
    }
  }

  /** Says hello to the registry at an address, held to the pin there is of it. */
  async #greet(address: RegistryAddress): Promise<{ session: Session; registry: KnownRegistry }> {
    const fingerprint = address.fingerprint ?? this.#profile.registryAt(address)?.fingerprint
    const { session, registry } = await sayHello(this.#caller, { ...address, fingerprint }, this.#closing.signal)
    // A registry that is known from elsewhere has one certificate; only an invite's word can replace it.
    const known = this.#profile.registry(registry.id)
    if (known && known.fingerprint !== registry.fingerprint && address.fingerprint === undefined) {
      session.close()
      throw new OptiChatError('registry-untrusted')
    }
    return { session, registry }
  }

  get #caller() {
    return { dial: this.#dial, identity: this.#profile.identity, device: this.#device, clock: this.#clock }
  }

  async #revoke(session: Session): Promise<void> {
    try {
      await session.request('logout', {}, { timeout: LOGOUT_PATIENCE })
    } catch (error) {
      // The registry may end the session before its answer is out; either way it is over.
      if (!session.ended) throw error
    }
  }

  /** Signs this device out while no session is on, if the registry can be reached soon. */
  async #revokeFromAfar(account: Account): Promise<void> {
    const abort = new AbortController()
    const cancel = this.#clock.after(LOGOUT_PATIENCE, () => abort.abort())
    try {
      const { session, user } = await sayHello(this.#caller, account.registry, abort.signal)
      if (user) await this.#revoke(session)
      session.close()
    } catch (error) {
      // Best effort: the sign-in is forgotten here, which is what this machine can do alone.
      if (!(error instanceof OptiChatError)) throw error
    } finally {
      cancel()
    }
  }

  async #signedOut(): Promise<void> {
    await this.#leave()
    this.#events.emit('connection', this.connection)
    this.#events.emit('roster', [])
    this.#events.emit('rooms', [])
  }

  async #leave(): Promise<void> {
    const rooms = this.#rooms
    this.#rooms = null
    await rooms?.close()
  }
}
