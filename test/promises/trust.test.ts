import { createHash, randomBytes } from 'node:crypto'
import { cpSync, lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as opaque from '@serenity-kit/opaque'
import { expect } from 'chai'
import { loginFinish, loginStart, opaqueReady } from '../../core/identity/opaque-registry.ts'
import { dialWebSocket } from '../../core/link/websocket.ts'
import { nextStep, type OptiChatError } from '../../core/protocol/errors.ts'
import { nameKey } from '../../core/protocol/name.ts'
import { startRegistry } from '../../core/registry/registry.ts'
import { openDatabase } from '../../core/sqlite.ts'
import { TestClient } from '../registry/support/client.ts'
import { identityOf } from '../support/identities.ts'
import { passwordOf, startTeam, type Team } from '../support/people.ts'
import { startRelay } from '../support/relay.ts'
import { until } from '../support/wait.ts'

const errorOf = (promise: Promise<unknown>): Promise<OptiChatError | null> =>
  promise.then(
    () => null,
    (error: OptiChatError) => error,
  )

type Stretching = NonNullable<Parameters<typeof opaque.client.finishLogin>[0]['keyStretching']>

/** What is in the registry's tables, with the log in it. */
function rows(data: string, sql: string): Record<string, unknown>[] {
  const database = openDatabase(join(data, 'registry.sqlite'))
  try {
    return database.prepare(sql).all() as Record<string, unknown>[]
  } finally {
    database.close()
  }
}

describe('somebody in the middle, with a certificate of its own', () => {
  let team: Team<'alice'>
  before(async () => {
    team = await startTeam(['alice'])
  })
  after(() => team?.close())

  it('is caught by who registers through it, and gets neither an account nor a device of its own out of it', async () => {
    const relay = await startRelay(team.address)
    const victim = await team.open('newcomer')
    const error = await errorOf(victim.register(relay.address, 'newcomer', passwordOf('newcomer')))
    expect(error?.code).to.equal('man-in-the-middle')
    expect(`${error?.message} ${error?.next}`).to.match(/intercepted.*[Dd]o not go on/s)
    expect(relay.frames, 'it did pass frames on').to.be.greaterThan(4)
    expect(victim.me).to.equal(null)
    const enrolled = rows(join(team.folder, 'registry'), 'SELECT fingerprint FROM devices').map(({ fingerprint }) => fingerprint)
    expect(enrolled).to.have.length(1)
    expect(enrolled).to.not.include(relay.fingerprint)
    // The same person on an honest network has lost nothing.
    await victim.login(team.address, 'newcomer', passwordOf('newcomer'))
    expect(victim.registry?.fingerprint).to.equal(team.registry.fingerprint)
    await relay.close()
  })

  it('cannot take the place of a registry that was met: the device refuses it by its pin, says what that means, and tells it nothing', async () => {
    const client = await team.open('pinned')
    await client.login(team.address, 'alice', passwordOf('alice'))
    await client.connect()
    const { port } = team.address
    await team.registry.close()
    const impostorLog: string[] = []
    // At the very address where the registry was.
    const impostor = await startRegistry({
      data: join(team.folder, 'impostor'),
      name: 'Team',
      port,
      host: '127.0.0.1',
      log: (line) => impostorLog.push(line),
    })
    try {
      client.retryNow()
      await until('it is refused', () => client.connection.at === 'refused')
      expect(client.connection).to.include({ at: 'refused', code: 'registry-untrusted' })
      const error = await errorOf(client.send('everyone', 'a secret'))
      expect(error?.code).to.equal('registry-untrusted')
      expect(error?.message).to.match(/another certificate than before/)
      expect(nextStep('registry-untrusted'))
        .to.match(/in between/)
        .and.match(/set up anew/)
        .and.match(/fingerprint/)
      expect((await errorOf(client.login(team.address, 'alice', passwordOf('alice'))))?.code).to.equal('registry-untrusted')
      expect(impostorLog.filter((line) => /sign|alice/i.test(line))).to.deep.equal([])
    } finally {
      await impostor.close()
    }
    await team.startAgain()
    client.retryNow()
    await until('the true one is joined', () => client.connection.at === 'online')
  })

  it('is told from a registry that was really set up anew by the fingerprint in an invite, which a person has to bring', async () => {
    const fresh = await startRegistry({ data: join(team.folder, 'fresh'), name: 'Team', port: 0, host: '127.0.0.1', log: () => undefined })
    const address = { host: '127.0.0.1', port: fresh.port }
    const client = await team.open('moving')
    try {
      await client.register(address, 'mover', passwordOf('mover'))
      await client.close()
    } finally {
      await fresh.close()
    }
    rmSync(join(team.folder, 'fresh'), { recursive: true })
    const anew = await startRegistry({
      data: join(team.folder, 'fresh'),
      name: 'Team',
      port: fresh.port,
      host: '127.0.0.1',
      log: () => undefined,
    })
    try {
      const again = await team.open('moving')
      expect((await errorOf(again.connect()))?.code).to.equal('registry-untrusted')
      expect((await errorOf(again.register(address, 'mover', passwordOf('mover'))))?.code).to.equal('registry-untrusted')
      await again.register({ ...address, fingerprint: anew.fingerprint }, 'mover', passwordOf('mover'))
      expect(again.connection.at).to.equal('online')
      await again.close()
    } finally {
      await anew.close()
    }
  })
})

describe('a data folder that was stolen', () => {
  const password = 'Tr0ub4dor & 3 Straßenbahnen'
  let team: Team<never>
  let loot: string
  let setup: string
  let alice: { id: string; record: string }

  before(async () => {
    await opaqueReady
    team = await startTeam([])
    const client = await team.open('alice')
    await client.register(team.address, 'alice', password)
    await client.send('everyone', 'hello')
    loot = join(team.folder, 'loot')
    // While it runs, with the write-ahead log: nothing may be there that a clean end would take away.
    cpSync(join(team.folder, 'registry'), loot, { recursive: true, filter: (path) => !lstatSync(path).isSocket() })
    setup = readFileSync(join(loot, 'registry.opaque'), 'utf8').trim()
    const [row] = rows(loot, "SELECT id, record FROM users WHERE name = 'alice'")
    alice = { id: `${row?.id}`, record: `${row?.record}` }
  })
  after(() => team?.close())

  const attacker = async () => {
    const client = new TestClient(await dialWebSocket({ ...team.address, identity: await identityOf('thief') }))
    await client.ask('hello', { version: 1, device: 'thief' })
    return client
  }

  /** The registry's half of a sign-in, played by the thief with what was stolen; the client's half with a guess. */
  function guess(password: string, keyStretching: Stretching) {
    const { startLoginRequest: request, clientLoginState } = opaque.client.startLogin({ password })
    const { response, state } = loginStart({ setup, userId: alice.id, record: alice.record, request })
    return { state, done: opaque.client.finishLogin({ password, clientLoginState, loginResponse: response, keyStretching }) }
  }

  it('holds no password, in no encoding, and no hash of it that a list of passwords could be compared with', () => {
    const salts = ['', 'alice', nameKey('alice'), alice.id]
    const plain = [password, password.normalize('NFKC'), password.toLowerCase()].flatMap((word) => [
      Buffer.from(word),
      Buffer.from(word, 'utf16le'),
      Buffer.from(word, 'latin1'),
    ])
    const hashes = ['md5', 'sha1', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512', 'ripemd160', 'blake2b512', 'blake2s256'].flatMap(
      (name) =>
        salts.flatMap((salt) =>
          [`${salt}${password}`, `${password}${salt}`, `${salt}:${password}`].map((text) => createHash(name).update(text).digest()),
        ),
    )
    const needles = [...plain, ...hashes].flatMap((bytes) => [
      bytes,
      ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(bytes.toString(encoding).replace(/=+$/, ''))),
    ])
    const folders = [loot, team.profile('alice')]
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
        entry.isFile() ? [{ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }] : [],
      ),
    )
    expect(files.map(({ name }) => name)).to.include.members([
      'registry.sqlite',
      'registry.opaque',
      'registry.pem',
      'profile.db',
      'device.pem',
    ])
    const stored = Buffer.concat(files.map(({ bytes }) => bytes))
    expect(stored.includes(Buffer.from(alice.id)), 'the search finds what is there').to.equal(true)
    for (const needle of needles) expect(stored.includes(needle), needle.toString()).to.equal(false)
  })

  it('signs nobody in: nothing in it is a password, and no answer made from it is taken', async () => {
    const record = Buffer.from(alice.record, 'base64url')
    const parts = [record.subarray(0, 32), record.subarray(32, 96), record.subarray(96)]
    const words = [
      alice.record,
      setup,
      alice.id,
      team.registry.fingerprint,
      ...parts.flatMap((part) => [part.toString('base64url'), part.toString('hex')]),
    ]
    const cheap = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } } as const
    for (const word of words) expect(guess(word.slice(0, 1_024), cheap).done, word).to.equal(undefined)

    // What the registry waits for in its own half of a sign-in: does the thief's, on the same request, tell it?
    const thief = await attacker()
    const { startLoginRequest: request } = opaque.client.startLogin({ password: 'no idea' })
    await thief.ask('login-start', { name: 'alice', request })
    const own = Buffer.from(loginStart({ setup, userId: alice.id, record: alice.record, request }).state, 'base64url')
    const finishes = [own.subarray(-64), own.subarray(0, 64), own.subarray(64, 128), randomBytes(64)]
    for (const [index, finish] of finishes.entries()) {
      if (index > 0) await thief.ask('login-start', { name: 'alice', request })
      const proof = randomBytes(32).toString('base64url')
      expect(await thief.refusal('login-finish', { finish: finish.toString('base64url'), proof })).to.equal('sign-in-failed')
    }
    thief.link.destroy()
  })

  it('does let its thief try passwords at home, each at the whole price of Argon2id', () => {
    const { state, done } = guess(password, 'memory-constrained')
    // It says so: PROTOCOL.md tells that a guess can be checked with setup and record together.
    expect(done && loginFinish({ state, finish: done.finishLoginRequest })).to.equal(done?.sessionKey)
    expect(guess('Tr0ub4dor & 4 Straßenbahnen', 'memory-constrained').done).to.equal(undefined)
    for (const memory of [8, 1_024, 32 * 1_024]) {
      expect(guess(password, { 'argon2id-custom': { iterations: 1, memory, parallelism: 1 } }).done, `${memory} KiB`).to.equal(undefined)
    }
    // And without the setup, which a backup may keep apart, not even that.
    const { startLoginRequest: request, clientLoginState } = opaque.client.startLogin({ password })
    const { response } = loginStart({ setup: opaque.server.createSetup(), userId: alice.id, record: alice.record, request })
    const blind = opaque.client.finishLogin({ password, clientLoginState, loginResponse: response, keyStretching: 'memory-constrained' })
    expect(blind).to.equal(undefined)
  })
})
