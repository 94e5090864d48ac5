import { expect } from 'chai'
import type { Link } from '../../core/link/link.ts'
import { until } from '../support/wait.ts'

export interface Pair {
  readonly client: Link
  readonly registry: Link
  readonly fingerprints: readonly [client: string, registry: string]
}

/** What every link promises; run for each kind of link. */
export function linkContract(kind: string, open: () => Promise<Pair>): void {
  describe(`a link (${kind})`, () => {
    let pair: Pair
    const record = (link: Link) => {
      const got = { frames: [] as string[], ended: [] as string[] }
      link.start({ frame: (text) => got.frames.push(text), ended: (reason) => got.ended.push(reason) })
      return got
    }

    beforeEach(async () => {
      pair = await open()
    })
    afterEach(() => {
      pair.client.destroy()
      pair.registry.destroy()
    })

    it('tells each end whose certificate the other showed', () => {
      expect(pair.client.peerFingerprint).to.equal(pair.fingerprints[1])
      expect(pair.registry.peerFingerprint).to.equal(pair.fingerprints[0])
    })

    it('exports the same key at both ends, another for each label and each connection', async () => {
      const [a, b] = [pair.client.exportKey('one'), pair.registry.exportKey('one')]
      expect(a).to.have.length(32)
      expect(a.equals(b)).to.equal(true)
      expect(pair.client.exportKey('two').equals(a)).to.equal(false)
      const other = await open()
      expect(other.client.exportKey('one').equals(a)).to.equal(false)
      other.client.destroy()
      other.registry.destroy()
    })

    it('brings frames in order, whole and unchanged, both ways', async () => {
      const atRegistry = record(pair.registry)
      const atClient = record(pair.client)
      const frames = Array.from({ length: 200 }, (_, i) => `${i} ü 😀 ${'x'.repeat(i * 50)}`)
      for (const frame of frames) pair.client.send(frame)
      for (const frame of frames) pair.registry.send(frame)
      await until('all frames', () => atRegistry.frames.length === frames.length && atClient.frames.length === frames.length)
      expect(atRegistry.frames).to.deep.equal(frames)
      expect(atClient.frames).to.deep.equal(frames)
    })

    it('keeps what arrived before it was started', async () => {
      const atRegistry = record(pair.registry)
      pair.registry.send('early')
      pair.client.send('hello')
      await until('the frame', () => atRegistry.frames.length === 1)
      const atClient = record(pair.client)
      await until('the early frame', () => atClient.frames[0] === 'early')
    })

    it('delivers what was sent before a close, then tells both ends the reason once', async () => {
      const atRegistry = record(pair.registry)
      const atClient = record(pair.client)
      pair.registry.send('last words')
      pair.registry.close('registry-stopping')
      await until('both ends', () => atRegistry.ended.length > 0 && atClient.ended.length > 0)
      expect(atClient.frames).to.deep.equal(['last words'])
      expect(atClient.ended).to.deep.equal(['registry-stopping'])
      expect(atRegistry.ended).to.deep.equal(['registry-stopping'])
    })

    it('says "lost" when it broke without a word', async () => {
      const atRegistry = record(pair.registry)
      const atClient = record(pair.client)
      pair.client.destroy()
      await until('both ends', () => atRegistry.ended.length > 0 && atClient.ended.length > 0)
      expect(atRegistry.ended).to.deep.equal(['lost'])
    })

    it('takes sends after its end without harm', async () => {
      const atRegistry = record(pair.registry)
      record(pair.client)
      pair.client.close('done')
      await until('the end', () => atRegistry.ended.length > 0)
      pair.client.send('too late')
      pair.registry.send('too late')
      pair.client.close('again')
      expect(atRegistry.ended).to.deep.equal(['done'])
    })
  })
}
