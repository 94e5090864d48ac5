/** What every finder promises, whatever it finds registries by. */
import { expect } from 'chai'
import type { FoundRegistry } from '../../discovery/finder.ts'

export interface Shown {
  readonly name: string
  readonly port: number
  readonly id: string
  readonly fingerprint: string
}

export interface Heard {
  /** The next event of this kind about this registry; rejects when it does not come. */
  next(event: 'found' | 'changed' | 'lost', of: Shown): Promise<FoundRegistry>
  /** How many of this kind came so far. */
  count(event: 'found' | 'changed' | 'lost'): number
  stop(): Promise<void>
}

export interface FinderBench {
  /** Starts a finder. */
  listen(): Promise<Heard>
  /** Makes a registry visible, as long as `hide` has not been called. */
  show(registry: Shown): Promise<{ hide(): Promise<void> }>
}

export function finderContract(kind: string, bench: () => FinderBench): void {
  const office: Shown = { name: 'Office', port: 6784, id: 'r1', fingerprint: 'a1'.repeat(32) }
  const twin: Shown = { ...office, port: 6785, id: 'r2', fingerprint: 'b2'.repeat(32) }

  describe(`a finder (${kind})`, () => {
    it('finds a registry that was there before it, and one that came later, each once', async () => {
      await bench().show(office)
      const heard = await bench().listen()
      const found = await heard.next('found', office)
      expect(found).to.include({ name: 'Office', port: 6784, fingerprint: office.fingerprint })
      await bench().show(twin)
      await heard.next('found', twin)
      expect(heard.count('found')).to.equal(2)
      expect(heard.count('lost')).to.equal(0)
    })

    it('keeps two registries of one name apart, and loses only the one that went', async () => {
      const [heard] = [await bench().listen(), await bench().show(office)]
      const shown = await bench().show(twin)
      const [first, second] = [await heard.next('found', office), await heard.next('found', twin)]
      expect(first.key).to.not.equal(second.key)
      await shown.hide()
      expect((await heard.next('lost', twin)).key).to.equal(second.key)
      expect(heard.count('lost')).to.equal(1)
    })

    it('finds a registry anew that went and came back, under the same key', async () => {
      const heard = await bench().listen()
      const shown = await bench().show(office)
      const before = await heard.next('found', office)
      await shown.hide()
      await heard.next('lost', office)
      await bench().show(office)
      expect((await heard.next('found', office)).key).to.equal(before.key)
    })

    it('is silent once it was stopped: what it had found is not lost by that', async () => {
      const heard = await bench().listen()
      await bench().show(office)
      await heard.next('found', office)
      await heard.stop()
      await bench().show(twin)
      const other = await bench().listen()
      await other.next('found', twin)
      expect(heard.count('found')).to.equal(1)
      expect(heard.count('lost')).to.equal(0)
    })
  })
}
