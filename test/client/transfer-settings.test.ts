import { expect } from 'chai'
import type { AcceptRule, TransferSettings } from '../../core/client/client.ts'
import { accepts, setTransferSettings, transferSettings } from '../../core/client/transfer-settings.ts'
import type { OptiChatError } from '../../core/protocol/errors.ts'

/** A profile as far as settings go. */
function disk() {
  const values = new Map<string, string>()
  return { setting: (name: string) => values.get(name) ?? null, set: (name: string, value: string) => void values.set(name, value) }
}

describe('settings of transfers', () => {
  it('are asked about each offer, without bounds and at any port, until somebody says otherwise', () => {
    const profile = disk()
    expect(transferSettings(profile)).to.deep.equal({ accept: [], up: null, down: null, peerPort: 0, atOnce: 4 })
    setTransferSettings(profile, { up: 5_000_000 })
    setTransferSettings(profile, { peerPort: 7001 })
    expect(transferSettings(profile)).to.deep.equal({ accept: [], up: 5_000_000, down: null, peerPort: 7001, atOnce: 4 })
  })

  it('refuse what they cannot be, naming it, and stay as they were', () => {
    const profile = disk()
    const wrong: Partial<TransferSettings>[] = [
      { up: 1 },
      { down: -1 },
      { peerPort: 70_000 },
      { peerPort: 1.5 },
      { atOnce: 0 },
      { atOnce: 17 },
      { accept: [{ from: 'everyone', upTo: -5 }] },
    ]
    for (const change of wrong) {
      let thrown: OptiChatError | null = null
      try {
        setTransferSettings(profile, change)
      } catch (error) {
        thrown = error as OptiChatError
      }
      expect(thrown).to.include({ code: 'bad-setting', detail: Object.keys(change)[0] })
    }
    expect(transferSettings(profile).atOnce).to.equal(4)
  })

  it('accept by the first rule that names the sender or everyone', () => {
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => ({ id: name, name }))
    const accept: AcceptRule[] = [
      { from: 'alice', upTo: null },
      { from: 'bob', upTo: 100 },
      { from: 'everyone', upTo: 1_000 },
    ]
    const asked = [
      [alice, 10_000],
      [bob, 100],
      [bob, 101],
      [carol, 1_000],
      [carol, 1_001],
    ] as const
    expect(asked.map(([from, bytes]) => from && accepts({ accept }, { from, bytes }))).to.deep.equal([true, true, false, true, false])
    expect(alice && accepts({ accept: [] }, { from: alice, bytes: 0 })).to.equal(false)
  })
})
