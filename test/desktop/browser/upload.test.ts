import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { expect } from 'chai'
import { openUploads } from '../../../desktop/host/uploads.ts'
import { until } from '../../support/wait.ts'
import { type GatewayFixture, openFixture } from './gateway-fixture.ts'

describe('files streamed up by a page', () => {
  let fixture: GatewayFixture
  let headers: Record<string, string>
  beforeEach(async () => {
    fixture = await openFixture()
    headers = { cookie: await fixture.enter(), origin: fixture.gateway.origin }
  })
  afterEach(() => fixture.close())

  const uploadsFolder = () => join(fixture.folder, 'profile', 'uploads')
  const upload = (path: string, body: string | Buffer) =>
    fixture.ask({ path: `/upload?path=${encodeURIComponent(path)}`, method: 'POST', headers }, body)
  const idOf = (answer: { body: string }) => String(JSON.parse(answer.body).id)

  it('arrive byte for byte and keep the shape of their folder', async () => {
    const large = randomBytes(20 * 1024 * 1024)
    const ids = [
      idOf(await upload('holiday/beach.jpg', large)),
      idOf(await upload('holiday/notes/größe.txt', 'grüße')),
      idOf(await upload('empty', '')),
    ]
    const { paths } = await fixture.uploads.gather(ids)
    expect(paths.map((path) => basename(path))).to.deep.equal(['holiday', 'empty'])
    const [holiday = '', empty = ''] = paths
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
    expect(digest(await readFile(join(holiday, 'beach.jpg')))).to.equal(digest(large))
    expect(await readFile(join(holiday, 'notes', 'größe.txt'), 'utf8')).to.equal('grüße')
    expect(await readFile(empty, 'utf8')).to.equal('')
  })

  it('of the same name from two folders are both kept', async () => {
    const names = ['a.txt', 'A.TXT', 'a.txt', 'pictures/x', 'pictures/x', 'pictures', 'a.txt/inside']
    const ids: string[] = []
    for (const [index, name] of names.entries()) ids.push(idOf(await upload(name, `${index}`)))
    const { paths } = await fixture.uploads.gather(ids)
    expect(paths.map((path) => basename(path))).to.deep.equal(['a.txt', 'A (2).TXT', 'a (3).txt', 'pictures', 'pictures (2)', 'a (4).txt'])
    expect(await readdir(paths[3] ?? '')).to.have.members(['x', 'x (2)'])
    expect(await readFile(join(paths[5] ?? '', 'inside'), 'utf8')).to.equal('6')
  })

  it('cannot be put outside the folder made for them', async () => {
    for (const path of ['', '..', '../x', 'a/../../x', '/etc/x', 'a//b', './x', 'a\0b', 'x'.repeat(256), 'a/'.repeat(3_000)]) {
      const answer = await upload(path, 'x')
      expect(answer.status, path).to.equal(400)
      expect(JSON.parse(answer.body), path).to.have.property('code', 'bad-frame')
    }
    expect(await readdir(uploadsFolder())).to.be.empty
  })

  it('leave nothing when the page goes away in the middle', async () => {
    const sent = request({ host: '127.0.0.1', port: fixture.port, path: '/upload?path=x', method: 'POST', headers })
    sent.on('error', () => undefined)
    sent.write(randomBytes(100_000))
    await until('the beginning on disk', async () => (await readdir(uploadsFolder())).length === 1)
    sent.destroy()
    await until('nothing on disk', async () => (await readdir(uploadsFolder())).length === 0)
  })

  it('are read no faster than they are written', async () => {
    const block = Buffer.alloc(256 * 1024)
    let produced = 0
    let ahead = 0
    const onDisk = () => readdirSync(uploadsFolder()).reduce((sum, name) => sum + statSync(join(uploadsFolder(), name)).size, 0)
    const body = new Readable({
      read() {
        ahead = Math.max(ahead, produced - onDisk())
        if (produced >= 100 * block.length) return void this.push(null)
        produced += block.length
        this.push(block)
      },
    })
    await fixture.uploads.add('large.bin', body)
    expect(onDisk()).to.equal(produced)
    expect(ahead).to.be.below(4 * block.length)
  })

  it('that the disk refuses are told why, however large they are', async () => {
    await rm(uploadsFolder(), { recursive: true })
    await writeFile(uploadsFolder(), 'a file where the folder was')
    const answer = await upload('large.bin', Buffer.alloc(30 * 1024 * 1024))
    expect(answer.status).to.equal(400)
    expect(JSON.parse(answer.body)).to.have.property('code', 'folder-unwritable')
  })

  it('can be offered once, and only if they are there', async () => {
    const id = idOf(await upload('a', 'a'))
    await fixture.uploads.gather([id])
    for (const ids of [[id], ['00000000-0000-0000-0000-000000000000']]) {
      const error = await fixture.uploads.gather(ids).then(
        () => null,
        (thrown: unknown) => thrown,
      )
      expect(error).to.have.property('code', 'nothing-to-send')
    }
  })

  it('stay as long as their transfer needs them, also after a restart, and no longer', async () => {
    const needed = await fixture.uploads.gather([idOf(await upload('needed', 'x'))])
    const ended = await fixture.uploads.gather([idOf(await upload('ended', 'x'))])
    const orphan = idOf(await upload('orphan', 'x'))
    fixture.uploads.keep(needed, 'transfer-1')
    fixture.uploads.keep(ended, 'transfer-2')
    const restarted = await openUploads(join(fixture.folder, 'profile'))
    await restarted.sweep((transfer) => transfer === 'transfer-1')
    expect(existsSync(needed.paths[0] ?? '')).to.equal(true)
    expect(existsSync(ended.paths[0] ?? '')).to.equal(false)
    expect(existsSync(join(uploadsFolder(), orphan))).to.equal(false)
    await restarted.release('transfer-1')
    expect(await readdir(uploadsFolder())).to.be.empty
  })
})
