import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Identity } from '../../core/identity/certificate.ts'
import type { ErrorCode } from '../../core/protocol/errors.ts'
import { BLOCK_SIZE } from '../../core/protocol/limits.ts'
import type { EngineEvents } from '../../core/transfer/engine.ts'
import { type Entry, formatEntry } from '../../core/transfer/entries.ts'
import { CHUNK_ENTRIES, MAX_ENTRIES, MAX_FOLDERS } from '../../core/transfer/limits.ts'
import { BLOCK_HEADER, BLOCK_TYPE, ENTRIES_TYPE, formatEntries } from '../../core/transfer/wire.ts'
import { identityOf } from '../support/identities.ts'
import { type Party, Stage, ticketsFor } from './pair.ts'
import { entry, hostileSender, type Line, list, sendBlock } from './stranger.ts'
import { treeOf } from './trees.ts'

describe('a receiver whose sender breaks the rules', () => {
  const house = new Stage()
  let stage: Stage
  let bob: Party
  let mallory: Identity
  let outside: string
  let into: string

  before(async () => {
    mallory = await identityOf('mallory')
    bob = await house.party('bob')
  })
  after(() => house.close())
  beforeEach(() => {
    stage = new Stage()
    outside = stage.folder()
    into = join(outside, 'a', 'b', 'into')
    mkdirSync(into, { recursive: true })
  })
  afterEach(() => stage.close())

  /** Lets bob fetch from a sender that does `serve`, and answers how it ended for bob. */
  async function meet(
    serve: (line: Line) => void | Promise<void>,
    expected = { bytes: 3, count: 1 },
    options: { proof?: string; patience?: number } = {},
  ): Promise<{ code: ErrorCode | 'received'; received?: EngineEvents['received'][0]; message: string; lines: Line[] }> {
    const transfer = randomUUID()
    const me = { name: 'mallory', identity: mallory, endpoint: '' }
    const ticket = { current: ticketsFor(transfer, me, bob).receiver }
    const sender = await hostileSender(mallory, () => ticket.current, serve, options)
    stage.onClose(() => sender.close())
    ticket.current = { ...ticket.current, peer: { ...ticket.current.peer, endpoints: [sender.endpoint] } }
    bob.engine.fetch({ ticket: ticket.current, into, expect: expected })
    const result = await Promise.race([
      bob.one('failed', transfer, options.patience).then(({ code, message }) => ({ code, message, lines: sender.lines })),
      bob
        .one('received', transfer, options.patience)
        .then((received) => ({ code: 'received' as const, received, message: '', lines: sender.lines })),
    ])
    return result
  }

  /** Nothing but what is in `into` may be anywhere. */
  function nothingOutside(): void {
    expect(readdirSync(outside)).to.deep.equal(['a'])
    expect(readdirSync(join(outside, 'a'))).to.deep.equal(['b'])
    expect(readdirSync(join(outside, 'a', 'b'))).to.deep.equal(['into'])
  }

  const honest = (entries: Entry[], data: Buffer) => async (line: Line) => {
    list(line, entries)
    if (data.length > 0) {
      await line.frame('want')
      sendBlock(line, 0, data)
    }
    await line.frame('sum')
    line.channel.send('agreed', {})
    await line.frame('done')
    line.channel.send('ack', {})
  }

  for (const path of [
    '../evil',
    '../../evil',
    'x/../../../evil',
    '/evil',
    '//evil',
    '..\\evil',
    'C:\\evil',
    'C:evil',
    'x/./../../evil',
    './../evil',
    'evil\u0000.txt',
    '..',
    '.',
    '/',
    '.optichat-11111111-2222-4333-8444-555555555555.part/state.json',
  ]) {
    it(`makes ${JSON.stringify(path)} harmless`, async () => {
      const { code, received } = await meet(honest([entry(path, 3)], Buffer.from('abc')))
      expect(code).to.equal('received')
      expect(received?.paths).to.have.length(1)
      expect(readdirSync(into)).to.have.length(1)
      expect(readdirSync(into)[0]).to.not.match(/^\.optichat|^\.\.?$/)
      expect(Object.values(treeOf(into)).filter((what) => what.startsWith('3 - '))).to.have.length(1)
      nothingOutside()
    })
  }

  it('keeps apart what is the same name to some systems', async () => {
    const entries = [entry('a', 1), entry('A', 1), entry('a', 1), entry('a/b'), entry('\u00e9'), entry('e\u0301')]
    const { received } = await meet(honest(entries, Buffer.from('abc')), { bytes: 3, count: 6 })
    expect(received?.paths.map((path) => path.slice(into.length + 1))).to.deep.equal([
      'a',
      'A (2)',
      'a (3)',
      'a (4)',
      '\u00e9',
      '\u00e9 (2)',
    ])
    expect(readdirSync(join(into, 'a (4)'))).to.deep.equal(['b'])
  })

  const refusals: Record<
    string,
    { serve: (line: Line) => void | Promise<void>; code: ErrorCode; expect?: { bytes: number; count: number } }
  > = {
    'more bytes than were offered': { serve: (line) => list(line, [entry('a', 4)]), code: 'peer-protocol' },
    'fewer bytes than were offered': { serve: (line) => list(line, [entry('a', 2)]), code: 'peer-protocol' },
    'more files than were offered': { serve: (line) => list(line, [entry('a', 3), entry('b', 0)]), code: 'peer-protocol' },
    'a digest that is not the list’s': {
      serve: (line) => list(line, [entry('a', 3)], { digest: '0'.repeat(64) }),
      code: 'peer-protocol',
    },
    'sums that are not the list’s': { serve: (line) => list(line, [entry('a', 3)], { bytes: 4 }), code: 'peer-protocol' },
    'folders nested without end': {
      serve: (line) => list(line, [entry(`${'a/'.repeat(2_000)}b`, 3)]),
      code: 'peer-protocol',
    },
    'another block size': { serve: (line) => list(line, [entry('a', 3)], { block: 512 }), code: 'peer-protocol' },
    'a negative size': { serve: (line) => line.raw(ENTRIES_TYPE, '["a",-1,0]\n'), code: 'peer-protocol' },
    'a size that is a fraction': { serve: (line) => line.raw(ENTRIES_TYPE, '["a",1.5,0]\n'), code: 'peer-protocol' },
    'a time beyond all calendars': { serve: (line) => line.raw(ENTRIES_TYPE, '["a",3,9e15]\n'), code: 'peer-protocol' },
    'an executable folder': { serve: (line) => line.raw(ENTRIES_TYPE, '["a",null,0,"x"]\n'), code: 'peer-protocol' },
    'an entry of no known kind': { serve: (line) => line.raw(ENTRIES_TYPE, '["a",3,0,"link"]\n'), code: 'peer-protocol' },
    'an entry without a name': { serve: (line) => line.raw(ENTRIES_TYPE, '["",3,0]\n'), code: 'peer-protocol' },
    'an entry that is none': { serve: (line) => line.raw(ENTRIES_TYPE, '{"path":"a"}\n'), code: 'peer-protocol' },
    'a list that is not JSON': { serve: (line) => line.raw(ENTRIES_TYPE, '["a",3,0\n'), code: 'peer-protocol' },
    'a list cut in a line': { serve: (line) => line.raw(ENTRIES_TYPE, '["a",3,0]\n["b"'), code: 'peer-protocol' },
    'a manifest that goes on from where nobody is': {
      serve: (line) => line.channel.send('ready', { proof: 'A'.repeat(43), from: 77 }),
      code: 'peer-protocol',
    },
    'a frame of no known type': { serve: (line) => line.raw(99, '{}'), code: 'peer-protocol' },
    'a control frame of 4 GiB': { serve: (line) => line.raw(ENTRIES_TYPE, '{}', 0xffff_ffff), code: 'peer-protocol' },
    'a block of 4 GiB': { serve: (line) => line.raw(BLOCK_TYPE, 'x', 0xffff_ffff), code: 'peer-protocol' },
    'an empty block': { serve: (line) => line.raw(BLOCK_TYPE, Buffer.alloc(BLOCK_HEADER)), code: 'peer-protocol' },
    'a block before the list': { serve: (line) => sendBlock(line, 0, Buffer.from('abc')), code: 'peer-protocol' },
    'a block that nobody asked for': {
      serve: async (line) => {
        list(line, [entry('a', 3)])
        await line.frame('want')
        sendBlock(line, 1, Buffer.from('abc'))
      },
      code: 'peer-protocol',
    },
    'a block longer than it can be': {
      serve: async (line) => {
        list(line, [entry('a', 3)])
        await line.frame('want')
        sendBlock(line, 0, Buffer.alloc(BLOCK_SIZE))
      },
      code: 'peer-protocol',
    },
    'a block shorter than it must be': {
      serve: async (line) => {
        list(line, [entry('a', 3)])
        await line.frame('want')
        sendBlock(line, 0, Buffer.from('ab'))
      },
      code: 'peer-protocol',
    },
    'a block that is wrong twice': {
      serve: async (line) => {
        list(line, [entry('a', 3)])
        await line.frame('want')
        sendBlock(line, 0, Buffer.from('abc'), Buffer.alloc(16))
        sendBlock(line, 0, Buffer.from('abc'), Buffer.alloc(16))
      },
      code: 'block-damaged',
    },
    'an ACK before anything is done': { serve: (line) => line.channel.send('ack', {}), code: 'peer-protocol' },
    'a second READY': { serve: (line) => line.channel.send('ready', { proof: 'A'.repeat(43), from: 0 }), code: 'peer-protocol' },
    'a list that goes on after its end': {
      serve: (line) => {
        list(line, [entry('a', 3)])
        line.raw(ENTRIES_TYPE, formatEntry(entry('b', 3)))
      },
      code: 'peer-protocol',
    },
    'an end without a reason we know': { serve: (line) => line.channel.send('fail', { code: 'because' }), code: 'peer-protocol' },
    'an end in the middle': { serve: (line) => line.channel.send('fail', { code: 'cancelled' }), code: 'cancelled' },
    'a socket that just goes': { serve: (line) => void line.socket.destroy(), code: 'connection-lost' },
  }

  for (const [what, { serve, code, expect: expected }] of Object.entries(refusals)) {
    it(`refuses ${what}`, async () => {
      const ended = await meet(serve, expected)
      expect(ended.code, ended.message).to.equal(code)
      for (const name of readdirSync(into)) expect(name).to.match(/^\.optichat-.*\.part$/)
      nothingOutside()
    })
  }

  it('asks once more for a block that came damaged', async () => {
    const { code } = await meet(async (line) => {
      list(line, [entry('a', 3)])
      await line.frame('want')
      sendBlock(line, 0, Buffer.from('xyz'), Buffer.alloc(16))
      sendBlock(line, 0, Buffer.from('abc'))
      await line.frame('sum')
      line.channel.send('agreed', {})
      await line.frame('done')
      expect(line.frames.filter(({ kind }) => kind === 'want')).to.deep.equal([
        { kind: 'want', body: { from: 0, count: 1 } },
        { kind: 'want', body: { from: 0, count: 1 } },
      ])
    })
    expect(code).to.equal('received')
    expect(readdirSync(into)).to.deep.equal(['a'])
  })

  it('refuses a manifest of ten million entries at the millionth, and remembers no more than that', async () => {
    // The cheapest there are, so that it is the list that is measured: one folder, again and again.
    const chunk = formatEntries(Buffer.from(formatEntry(entry('folder', 0, 'dir')).repeat(CHUNK_ENTRIES)))
    let sent = 0
    const ended = await meet(
      async (line) => {
        const more = (): void => {
          if (line.ended || sent >= 10_000_000) return
          sent += CHUNK_ENTRIES
          line.channel.write(chunk, more)
        }
        more()
      },
      { bytes: 3, count: 10_000_000 },
      { patience: 100_000 },
    )
    expect(ended.code).to.equal('too-many-files')
    expect(sent).to.be.within(MAX_ENTRIES, 2 * MAX_ENTRIES)
  })

  it('refuses more folders than anybody has', async () => {
    const deep = '/x'.repeat(99)
    let sent = 0
    const ended = await meet(
      async (line) => {
        const more = (): void => {
          if (line.ended) return
          const lines = Array.from({ length: 64 }, () => formatEntry(entry(`${sent++}${deep}`, 0, 'dir'))).join('')
          line.channel.write(formatEntries(Buffer.from(lines)), more)
        }
        more()
      },
      { bytes: 3, count: 1 },
      { patience: 100_000 },
    )
    expect(ended.code).to.equal('too-many-files')
    expect(sent * 100).to.be.above(MAX_FOLDERS)
  })

  it('does not take a sender that cannot prove the ticket', async () => {
    const ended = await meet((line) => list(line, [entry('a', 3)]), undefined, { proof: 'A'.repeat(43) })
    expect(ended.code).to.equal('peer-untrusted')
    expect(readdirSync(into)).to.deep.equal([])
  })

  it('cleans what a sender gives as its reason, before a person sees it', async () => {
    const { message } = await meet((line) => line.channel.send('fail', { code: 'file-changed', detail: 'a\u202etxt.exe\n\u001b[31m' }))
    expect(message).to.equal('A file changed while it was being sent. (a txt.exe  [31m)')
  })
})
