import { expect } from 'chai'
import { NameSet, newKey } from '../../core/transfer/name-set.ts'

describe('the set of names', () => {
  it('takes each of a hundred thousand names once, and no other for one of them', () => {
    const names = new NameSet(newKey())
    for (let n = 0; n < 100_000; n++) if (!names.add(`file-${n}.dat`)) throw new Error(`file-${n}.dat counts as taken`)
    for (let n = 0; n < 100_000; n++) if (names.add(`file-${n}.dat`)) throw new Error(`file-${n}.dat was forgotten`)
  })

  it('takes the same names with the same key', () => {
    const key = newKey()
    const [one, again] = [new NameSet(key), new NameSet(Buffer.from(key.toString('hex'), 'hex'))]
    for (let n = 0; n < 1_000; n++) expect(again.add(`${n % 700}`)).to.equal(one.add(`${n % 700}`))
  })

  it('tells names apart that differ in their last letter, in their order, or in what cannot be seen', () => {
    const names = new NameSet(newKey())
    const all = [
      '',
      '\0',
      '\0\0',
      'a',
      'a\0',
      'b',
      'ab',
      'ba',
      'abc',
      'abd',
      'abcd',
      'acbd',
      'ａ',
      '日',
      '日本',
      '👍',
      '👎',
      'a'.repeat(255),
      'a'.repeat(254),
    ]
    for (const name of all) expect(names.add(name), JSON.stringify(name)).to.equal(true)
    for (const name of all) expect(names.add(name), JSON.stringify(name)).to.equal(false)
  })
})
