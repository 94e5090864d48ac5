import { expect } from 'chai'
import { chooseRegistry } from '../../core/cli/choose-registry.ts'
import { locate } from '../../core/cli/locate.ts'
import { bytesText, countText, durationText, jsonLine, oneLine, paragraph } from '../../core/cli/text.ts'
import type { Clock } from '../../core/protocol/clock.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { Finder, FoundRegistry } from '../../discovery/finder.ts'

const found = (name: string, host: string, fingerprint?: string): FoundRegistry => ({
  key: fingerprint ?? `${name} ${host}`,
  name,
  host,
  port: 6784,
  interface: 'eth0',
  ...(fingerprint ? { fingerprint } : {}),
})

/** What an attempt to choose comes to: the address, or the code. */
async function chosen(asked: string | undefined, registries: FoundRegistry[], known = false) {
  const pinned = { id: 'x', name: 'Known', host: '10.0.0.9', port: 1, fingerprint: 'f' }
  try {
    const { host, port, fingerprint } = await chooseRegistry(asked, known ? pinned : null, { find: async () => registries })
    return [host, port, fingerprint]
  } catch (error) {
    return error instanceof OptiChatError ? error.code : error
  }
}

/** A network on which these registries are heard at once, with the time that passes when somebody waits. */
function network(registries: readonly FoundRegistry[]) {
  const told = { listened: false, stopped: false, waited: null as number | null }
  const finder: Finder = {
    start: (events) => {
      told.listened = true
      for (const one of registries) events.found(one)
    },
    stop: async () => {
      told.stopped = true
    },
  }
  const clock: Clock = {
    now: () => 0,
    elapsed: () => 0,
    after: (millis, run) => {
      const waiting = setImmediate(() => {
        told.waited = millis
        run()
      })
      return () => clearImmediate(waiting)
    },
  }
  return { told, finder, clock }
}

describe('a registry that is not where it was', () => {
  const pinned = (host: string) => ({ id: 'x', name: 'Team', host, port: 1, fingerprint: 'aa' })
  const located = async (registry: Parameters<typeof locate>[0], options: Parameters<typeof locate>[3]) => {
    const addresses: object[] = []
    const enough = new AbortController()
    const put = (address: { host: string }) => {
      addresses.push(address)
      if (address.host === '10.0.0.7') enough.abort()
    }
    await locate(registry, put, enough.signal, options)
    return addresses
  }

  it('is looked for by its fingerprint, no longer than it is needed', async () => {
    const { told, ...options } = network([found('Other', '10.0.0.2', 'bb'), found('Team', '10.0.0.7', 'aa')])
    expect(await located(pinned('10.0.0.1'), options)).to.deep.equal([{ host: '10.0.0.7', port: 6784 }])
    expect(told).to.deep.equal({ listened: true, stopped: true, waited: null })
  })

  it('may be one that announces none, and is never another', async () => {
    const { told, ...options } = network([found('Other', '10.0.0.2', 'bb'), found('Team', '10.0.0.8')])
    expect(await located(pinned('10.0.0.1'), options)).to.deep.equal([{ host: '10.0.0.8', port: 6784 }])
    expect(told).to.deep.equal({ listened: true, stopped: true, waited: 2_000 })
  })

  it('nothing is sent for one on loopback, or where nobody is signed in', async () => {
    for (const registry of [null, ...['127.0.0.1', '::1', 'localhost'].map(pinned)]) {
      const { told, ...options } = network([found('Team', '10.0.0.7', 'aa')])
      expect(await located(registry, options)).to.deep.equal([])
      expect(told.listened).to.equal(false)
    }
  })
})

describe('which registry is meant', () => {
  const team = found('Team', '10.0.0.1', 'aa')
  const other = found('Other', '10.0.0.2', 'bb')

  it('the known one, when nothing is said', async () => {
    expect(await chosen(undefined, [team], true)).to.deep.equal(['10.0.0.9', 1, 'f'])
  })

  it('else the only one found, whose fingerprint is a hint and not a demand', async () => {
    expect(await chosen(undefined, [team])).to.deep.equal(['10.0.0.1', 6784, undefined])
    expect(await chosen(undefined, [team, { ...team, key: 'again', interface: 'wlan0' }])).to.deep.equal(['10.0.0.1', 6784, undefined])
  })

  it('none or several are errors of their own', async () => {
    expect(await chosen(undefined, [])).to.equal('no-registry')
    expect(await chosen(undefined, [team, other])).to.equal('several-registries')
  })

  it('one named as found, in any case', async () => {
    expect(await chosen('other', [team, other])).to.deep.equal(['10.0.0.2', 6784, undefined])
    expect(await chosen('no such team', [team])).to.equal('no-registry')
    expect(await chosen('team', [team, found('Team', '10.0.0.3', 'cc')])).to.equal('several-registries')
  })

  it('one that answers late is waited for when it is named, and only then', async () => {
    const waits: (number | undefined)[] = []
    const network = async (settle?: number) => {
      waits.push(settle)
      return settle === undefined ? [team, other] : [team]
    }
    expect(await chooseRegistry('Other', null, { find: network })).to.deep.equal({ host: '10.0.0.2', port: 6784 })
    expect(await chooseRegistry('Team', null, { find: network })).to.deep.equal({ host: '10.0.0.1', port: 6784 })
    expect(await chooseRegistry(undefined, null, { find: network })).to.deep.equal({ host: '10.0.0.1', port: 6784 })
    expect(waits).to.deep.equal([500, undefined, 500, 500])
  })

  it('an address is not looked for, and a word that is no name found is a host', async () => {
    const silent = () => Promise.reject(new Error('nothing may be sent'))
    expect(await chooseRegistry('10.1.2.3', null, { find: silent })).to.deep.include({ host: '10.1.2.3', port: 6784 })
    expect(await chooseRegistry('desk.lan:99', null, { find: silent })).to.deep.include({ host: 'desk.lan', port: 99 })
    expect(await chooseRegistry('[fd77::2]:99', null, { find: silent })).to.deep.include({ host: 'fd77::2', port: 99 })
    expect(await chosen('desk', [team])).to.deep.equal(['desk', 6784, undefined])
    expect(await chosen('desk:0', [team])).to.equal('bad-address')
  })
})

describe('words for people', () => {
  it('sizes and counts read well', () => {
    expect([0, 1, 999, 1000, 1_550_000, 200_000_000, 999_950].map(bytesText)).to.deep.equal([
      '0 bytes',
      '1 byte',
      '999 bytes',
      '1.0 kB',
      '1.6 MB',
      '200 MB',
      '1.0 MB',
    ])
    expect([countText(1, 'file'), countText(2, 'file')]).to.deep.equal(['1 file', '2 files'])
  })

  it('how long something was reads well', () => {
    expect([0, 5_400, 3_700_000, 40 * 3_600_000].map(durationText)).to.deep.equal(['1 second', '5 seconds', '62 minutes', '40 hours'])
  })

  it('foreign characters that a terminal obeys are shown', () => {
    expect(oneLine('a\u001b]0;x\u0007\n\u009b1m\u2066b\ud800')).to.equal('a\\u{1b}]0;x\\u{7}\\u{a}\\u{9b}1m\\u{2066}b\\u{d800}')
    expect(oneLine('Zoë 😀 नमस्ते')).to.equal('Zoë 😀 नमस्ते')
    expect(paragraph('a\r\nb\tc\rd')).to.equal('a\n    b\tc\\u{d}d')
  })

  it('a JSON line means the same with them escaped', () => {
    const value = { text: 'a\u001b\u009b\u202e\u2028b 😀' }
    expect(JSON.parse(jsonLine(value))).to.deep.equal(value)
    expect(jsonLine(value)).to.match(/^[ -~😀]+$/u)
  })
})
