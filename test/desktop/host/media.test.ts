import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Transfer } from '../../../core/client/client.ts'
import { mediaIn } from '../../../desktop/host/media.ts'
import { answerMedia, mediaPath } from '../../../desktop/host/media-answer.ts'
import { checksums, mediaOf, pathToOpen, receivedFiles } from '../../../desktop/host/received.ts'

/** A PNG that claims so many pixels. */
function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(64)
  head.write('\x89PNG\r\n\x1a\n', 'latin1')
  head.write('IHDR', 12, 'latin1')
  head.writeUInt32BE(width, 16)
  head.writeUInt32BE(height, 20)
  return head
}

const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0001108003000400301220002110103110100', 'hex')
const gif = Buffer.from('474946383961400030000000', 'hex')
const webp = Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0', 'latin1'), Buffer.from([63, 0, 0, 47, 0, 0])])
const mp4 = Buffer.from('\0\0\0\x20ftypisom\0\0\x02\0', 'latin1')
const webm = Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.from('....B\x82\x84webm....', 'latin1')])

describe('what a received file is, by its first bytes', () => {
  it('pictures and films of the known kinds, with their size in pixels', () => {
    const size = { width: 64, height: 48 }
    expect(mediaIn(png(64, 48), 64)).to.deep.equal({ kind: 'image', type: 'image/png', ...size })
    expect(mediaIn(jpeg, jpeg.length)).to.deep.equal({ kind: 'image', type: 'image/jpeg', ...size })
    expect(mediaIn(gif, gif.length)).to.deep.equal({ kind: 'image', type: 'image/gif', ...size })
    expect(mediaIn(webp, webp.length)).to.deep.equal({ kind: 'image', type: 'image/webp', ...size })
    expect(mediaIn(mp4, 1e12)).to.deep.equal({ kind: 'video', type: 'video/mp4' })
    expect(mediaIn(webm, 1e12)).to.deep.equal({ kind: 'video', type: 'video/webm' })
  })

  it('a lie is none of them: markup, a script, a drawing with scripts, a cut or endless header', () => {
    const lies = [
      '<html><script>alert(1)</script>',
      '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
      '#!/bin/sh',
      'GIF',
      '',
      'MZ\x90',
    ]
    for (const lie of lies) expect(mediaIn(Buffer.from(lie, 'latin1'), lie.length), lie).to.equal(null)
    for (let end = 0; end < 20; end++) expect(mediaIn(jpeg.subarray(0, end), end)).to.equal(null)
    expect(mediaIn(Buffer.alloc(500_000, 0xff), 500_000)).to.equal(null)
  })

  it('a picture that would fill the memory is not shown: by its bytes, by its pixels, or without any', () => {
    expect(mediaIn(png(100_000, 100_000), 64)).to.equal(null)
    expect(mediaIn(png(0, 48), 64)).to.equal(null)
    expect(mediaIn(png(64, 48), 33 * 1024 * 1024)).to.equal(null)
  })
})

describe('files that have arrived', () => {
  let folder: string
  let transfer: Transfer
  const at = (name: string) => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'optichat-received-'))
    await writeFile(at('plan.png'), png(64, 48))
    await writeFile(at('lie.png'), '<script>alert(1)</script>')
    await writeFile(at('run.sh'), '#!/bin/sh\n')
    await symlink('/etc/passwd', at('link.png'))
    const paths = ['plan.png', 'lie.png', 'run.sh', 'link.png', 'gone.pdf'].map(at)
    const user = { id: 'bob', name: 'Bob' }
    transfer = {
      id: 'x',
      message: 'm',
      conversation: 'c',
      direction: 'receive',
      from: user,
      files: [],
      count: 5,
      bytes: 1,
      parts: [],
      paths,
    }
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('are told with what can be done with each; links and what is gone are left out', async () => {
    expect((await receivedFiles(transfer)).map(({ index, name, opens, media }) => [index, name, opens, media?.kind])).to.deep.equal([
      [0, 'plan.png', true, 'image'],
      [1, 'lie.png', true, undefined],
      [2, 'run.sh', false, undefined],
    ])
    expect(await mediaOf(transfer, 0)).to.include({ type: 'image/png', bytes: 64 })
    for (const index of [1, 2, 3, 4, 5, -1]) expect(await mediaOf(transfer, index), `${index}`).to.equal(null)
    expect(await mediaOf({ ...transfer, direction: 'send' }, 0)).to.equal(null)
    expect(await pathToOpen(transfer, 2)).to.deep.equal({ path: at('run.sh'), opens: false })
  })

  it('have checksums, which are those that sha256sum prints', async () => {
    const sums = await checksums(transfer)
    expect(sums.map(({ name }) => name)).to.deep.equal(['plan.png', 'lie.png', 'run.sh'])
    expect(sums[2]?.sha256).to.equal('a8076d3d28d21e02012b20eaf7dbf75409a6277134439025f282e368e3305abf')
  })

  it('are answered under their true kind, whole or in the range asked, with nothing they could run', async () => {
    const file = { path: at('plan.png'), bytes: 64, type: 'image/png' as const }
    const read = async (range: string | null) => {
      const { status, headers, body } = answerMedia(file, range)
      const chunks: Buffer[] = []
      if (body) for await (const chunk of body) chunks.push(chunk as Buffer)
      return { status, headers, bytes: Buffer.concat(chunks).length }
    }
    const whole = await read(null)
    expect(whole).to.include({ status: 200, bytes: 64 })
    expect(whole.headers).to.include({ 'Content-Type': 'image/png', 'X-Content-Type-Options': 'nosniff' })
    expect(whole.headers['Content-Security-Policy']).to.contain('sandbox')
    expect(await read('bytes=10-19')).to.include({ status: 206, bytes: 10 })
    expect((await read('bytes=60-')).headers).to.include({ 'Content-Range': 'bytes 60-63/64' })
    expect(await read('bytes=-4')).to.include({ status: 206, bytes: 4 })
    expect(await read('bytes=64-')).to.include({ status: 416, bytes: 0 })
    expect(await read('bytes=5-2')).to.include({ status: 416, bytes: 0 })
  })

  it('only a path of that very shape asks for one', () => {
    expect(mediaPath('/media/abc-1/3')).to.deep.equal({ transfer: 'abc-1', index: 3 })
    for (const path of ['/media/../x', '/media/a/b', '/media/a/', '/media/a/-1', '/media//1', '/media/a/1/2', '/media/a%2Fb/1']) {
      expect(mediaPath(path), path).to.equal(null)
    }
  })
})
