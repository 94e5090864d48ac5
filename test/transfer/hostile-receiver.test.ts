import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Identity } from '../../core/identity/certificate.ts'
import type { ErrorCode } from '../../core/protocol/errors.ts'
import { Host } from '../../core/transfer/host.ts'
import { MAX_PENDING_FROM_ONE, MAX_SENDING, MAX_SENDING_TO_ONE, TICKET_GRACE } from '../../core/transfer/limits.ts'
import { proofOf } from '../../core/transfer/peer-tls.ts'
import { BLOCK_TYPE, CONTROL, ENTRIES_TYPE, formatControl } from '../../core/transfer/wire.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { handOver, type Party, Stage, ticketsFor } from './pair.ts'
import { dialAs, type Line } from './stranger.ts'
import { large, write } from './trees.ts'
import { VirtualClock } from './virtual-clock.ts'

const TRANSFER = '12121212-3434-4565-8787-909090909090'

describe('a sender’s port', () => {
  const house = new Stage()
  let stage: Stage
  let alice: Party
  let bob: Party
  let mallory: Identity

  before(async () => {
    mallory = await identityOf('mallory')
    ;[alice, bob] = await Promise.all([house.party('alice'), house.party('bob')])
    await alice.engine.serve(TRANSFER, [large(join(house.folder(), 'three.bin'), 3)])
  })
  after(() => house.close())
  beforeEach(() => {
    stage = new Stage()
  })
  /** Whatever was done to it, it serves the next one who is entitled to it. */
  afterEach(async () => {
    const { transfer } = await handOver(alice, bob, [write(join(stage.folder(), 'after.txt'), 'after')], stage.folder())
    await bob.one('received', transfer)
    await stage.close()
  })

  function admitted(options: { for?: Identity } = {}) {
    const party = { name: 'mallory', identity: options.for ?? mallory, endpoint: '127.0.0.1:1' }
    const pair = ticketsFor(TRANSFER, alice, party)
    alice.engine.admit(pair.sender)
    return pair.receiver
  }

  async function line(options: Parameters<typeof dialAs>[2] = {}, identity = mallory): Promise<Line> {
    const made = await dialAs(identity, alice.engine.port, options)
    stage.onClose(() => void made.socket.destroy())
    return made
  }

  async function refused(made: Line, code: ErrorCode): Promise<void> {
    expect((await made.end()).code).to.equal(code)
    expect(made.lines).to.equal('')
  }

  it('serves who holds the ticket: this is what the others here lack', async () => {
    const made = await line()
    made.open(admitted())
    await made.frame('end')
    made.channel.send('want', { from: 0, count: 3 })
    await until('the blocks', () => made.blocks.length === 3)
    expect(made.blocks).to.deep.equal([0, 1, 2])
  })

  it('refuses a wrong proof, and the ticket is still good for the right one', async () => {
    const ticket = admitted()
    const wrong = await line()
    wrong.open(ticket, randomBytes(32).toString('base64url'))
    await refused(wrong, 'ticket-refused')
    const right = await line()
    right.open(ticket)
    await right.frame('end')
  })

  it('refuses a proof that was made for another connection', async () => {
    const ticket = admitted()
    const one = await line()

    const proof = proofOf('receiver', ticket.secret, one.channel.exporter)
    const other = await line()
    other.open(ticket, proof)
    await refused(other, 'ticket-refused')
  })

  it('refuses a stolen ticket: the certificate is not the one it was made for', async () => {
    const stolen = admitted({ for: bob.identity })
    const made = await line()
    made.open(stolen)
    await refused(made, 'ticket-refused')
  })

  it('refuses a ticket the second time', async () => {
    const ticket = admitted()
    const first = await line()
    first.open(ticket)
    await first.frame('end')
    const second = await line()
    second.open(ticket)
    await refused(second, 'ticket-refused')
  })

  it('refuses a ticket that is out of date', async () => {
    const clock = new VirtualClock()
    const host = await Host.start({ identity: alice.identity, host: '127.0.0.1', port: 0, clock, emit: () => undefined })
    stage.onClose(() => host.close())
    await host.serve(TRANSFER, [write(join(stage.folder(), 'a'), 'a')])
    const { sender, receiver } = ticketsFor(TRANSFER, alice, { name: 'mallory', identity: mallory, endpoint: '127.0.0.1:1' })
    host.admit(sender)
    clock.pass(sender.lifetime)
    const made = await dialAs(mallory, host.port)
    stage.onClose(() => void made.socket.destroy())
    made.open(receiver)
    await until('the ticket is waited for, as if its word were still on the way', () => clock.isDueIn(TICKET_GRACE))
    clock.pass(TICKET_GRACE)
    await refused(made, 'ticket-refused')
  })

  it('refuses a ticket that nobody gave out', async () => {
    const made = await line()
    made.open(ticketsFor(TRANSFER, alice, bob).receiver)
    await refused(made, 'ticket-refused')
  })

  it('refuses a ticket for another transfer', async () => {
    const made = await line()
    made.open({ ...admitted(), transfer: '00000000-3434-4565-8787-909090909090' })
    await refused(made, 'ticket-refused')
  })

  it('refuses a call for which nobody waits', async () => {
    const made = await line()
    made.channel.send('call', { ticket: TRANSFER })
    await refused(made, 'ticket-refused')
  })

  it('closes on whoever shows no certificate, speaks another protocol name, or none', async () => {
    for (const options of [{ key: undefined, cert: undefined }, { ALPNProtocols: undefined }]) {
      const made = await line(options)
      made.open(admitted())
      await refused(made, 'connection-lost')
    }
    for (const options of [{ ALPNProtocols: ['http/1.1'] }, { minVersion: 'TLSv1.2' as const, maxVersion: 'TLSv1.2' as const }]) {
      const error = await line(options).then(
        () => null,
        (failed: Error) => failed,
      )
      expect(error).to.be.an('error')
    }
  })

  /** Before the proof. */
  const early: Record<string, (made: Line) => void> = {
    'a large first frame': (made) => made.raw(CONTROL.open.type, `{"ticket":"${'x'.repeat(2_000)}"}`),
    'a first frame that says it is large': (made) => made.raw(CONTROL.open.type, '{', 0x7fff_ffff),
    'a block first': (made) => made.raw(BLOCK_TYPE, randomBytes(100)),
    'a WANT first': (made) => made.channel.send('want', { from: 0, count: 1 }),
    'a DONE first': (made) => made.channel.send('done', {}),
    'an OPEN without its parts': (made) => made.raw(CONTROL.open.type, '{"ticket":1}'),
    'an OPEN with more than its parts': (made) => made.raw(CONTROL.open.type, '{"__proto__":{"x":1},"ticket":1}'),
    garbage: (made) => made.channel.write(randomBytes(5_000)),
  }
  for (const [what, act] of Object.entries(early)) {
    it(`closes without a word on ${what}`, async () => {
      const made = await line()
      act(made)
      await refused(made, 'connection-lost')
    })
  }

  /** After the proof. */
  const late: Record<string, (made: Line) => void> = {
    'blocks there are not': (made) => made.channel.send('want', { from: 2, count: 2 }),
    'blocks far beyond': (made) => made.channel.send('want', { from: 0xffff_fff0, count: 0xffff }),
    'the same blocks a thousand times': (made) => {
      for (let n = 0; n < 1_000; n++) made.channel.send('want', { from: 0, count: 3 })
    },
    'DONE while blocks are under way': (made) =>
      made.channel.write(Buffer.concat([formatControl('want', { from: 0, count: 3 }), formatControl('done', {})])),
    'a block': (made) => made.raw(BLOCK_TYPE, randomBytes(100)),
    'a second OPEN': (made) => made.open(admitted()),
    'a list of its own': (made) => made.raw(ENTRIES_TYPE, '["a",0,0]\n'),
    'a sum before its blocks': (made) =>
      made.channel.write(Buffer.concat([formatControl('want', { from: 0, count: 3 }), formatControl('sum', { digest: '0'.repeat(64) })])),
    'a pause for no reason that we know': (made) => made.channel.send('pause', { code: 'because' }),
    garbage: (made) => made.channel.write(randomBytes(5_000)),
  }
  for (const [what, act] of Object.entries(late)) {
    it(`ends a proven receiver that asks for or says: ${what}`, async () => {
      const ticket = admitted()
      const made = await line()
      made.open(ticket)
      await made.frame('end')
      act(made)
      expect((await made.end()).code).to.equal('peer-protocol')
      const told = await until('alice is told', () => alice.all('sendingFailed', TRANSFER).find((failed) => failed.ticket === ticket.id))
      expect(told.code).to.equal('peer-protocol')
    })
  }

  it('closes sockets that only talk nonsense', async () => {
    for (const bytes of [randomBytes(3_000), Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.from([0x16, 0x03, 0x01, 0xff, 0xff])]) {
      const socket = connect({ host: '127.0.0.1', port: alice.engine.port })
      let closed = false
      socket
        .on('error', () => undefined)
        .on('close', () => {
          closed = true
        })
      socket.write(bytes)
      if (bytes.length > 5) await until('it is closed', () => closed)
      else socket.destroy()
    }
  })

  it('holds only so many silent sockets of one address, and others still get in', async function () {
    if (process.platform !== 'linux') {
      process.stdout.write('      left out: a second loopback address is there by itself on Linux only\n')
      this.skip()
    }
    const sockets: Socket[] = []
    let closed = 0
    for (let n = 0; n < 4 * MAX_PENDING_FROM_ONE; n++) {
      const socket = connect({ host: '127.0.0.1', port: alice.engine.port, localAddress: '127.0.0.2' })
      socket.on('error', () => undefined).on('close', () => closed++)
      sockets.push(socket)
    }
    stage.onClose(() => {
      for (const socket of sockets) socket.destroy()
    })
    await until('the ones too many are closed', () => closed === 3 * MAX_PENDING_FROM_ONE)
    const made = await line()
    made.open(admitted())
    await made.frame('end')
  })

  it('sends to so many sockets of one device, and of all, and tells the next one to come later', async () => {
    const busy = await stage.party('alice')
    await busy.engine.serve(TRANSFER, [write(join(stage.folder(), 'a'), 'a')])
    const comes = async (identity: Identity) => {
      const { sender, receiver } = ticketsFor(TRANSFER, busy, { name: 'crowd', identity, endpoint: '127.0.0.1:1' })
      busy.engine.admit(sender)
      const made = await dialAs(identity, busy.engine.port)
      stage.onClose(() => void made.socket.destroy())
      made.open(receiver)
      return { made, ticket: receiver.id }
    }
    const isTold = async ({ made, ticket }: Awaited<ReturnType<typeof comes>>) => {
      await refused(made, 'slow-down')
      const told = await until('the sender is told', () => busy.all('sendingFailed').find((failed) => failed.ticket === ticket))
      expect(told.code).to.equal('slow-down')
    }
    const crowd = await Promise.all(Array.from({ length: MAX_SENDING / MAX_SENDING_TO_ONE }, (_, n) => identityOf(`crowd ${n}`)))
    for (const identity of crowd) {
      for (let n = 0; n < MAX_SENDING_TO_ONE; n++) await (await comes(identity)).made.frame('end')
      if (identity === crowd[0]) await isTold(await comes(identity))
    }
    await isTold(await comes(mallory))
  })

  it('never makes a receiver take another certificate than its ticket names', async () => {
    const transfer = '77777777-3434-4565-8787-909090909090'
    const offer = await alice.engine.serve(transfer, [write(join(stage.folder(), 'a'), 'a')])
    const { receiver } = ticketsFor(transfer, { name: 'alice', identity: mallory, endpoint: alice.endpoint }, bob, { lifetime: 3_000 })
    bob.engine.fetch({ ticket: receiver, into: stage.folder(), expect: offer })
    await bob.one('unreachable', transfer)
    expect((await bob.one('failed', transfer)).code).to.equal('peer-untrusted')
    expect(bob.all('connected', transfer)).to.deep.equal([])
  })

  it('never makes a sender that dials back take another certificate than its ticket names', async () => {
    const { sender } = ticketsFor(TRANSFER, alice, { name: 'bob', identity: mallory, endpoint: bob.endpoint })
    alice.engine.admit(sender)
    alice.engine.dialBack(sender.id)
    const failed = await until('alice is told', () => alice.all('sendingFailed').find(({ ticket }) => ticket === sender.id))
    expect(failed.code).to.equal('peer-untrusted')
  })
})
