import { join } from 'node:path'
import { expect } from 'chai'
import { setUp } from '../../core/setup/setup.mjs'
import type { FoundRegistry } from '../../discovery/finder.ts'
import { Person } from '../e2e/optichat.ts'
import { type Avahi, requireAvahi, startAvahi } from '../support/avahi.ts'
import { createLan, type Lan, type LanProcess, requireLan } from '../support/lan.ts'
import { until } from '../support/wait.ts'

type Told = FoundRegistry & { event: string }

const fingerprint = 'a1'.repeat(32)
const static_ = (name: string, port: number, txt = '') => `<?xml version="1.0" standalone='no'?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>${name}</name><service><type>_optichat._tcp</type><port>${port}</port>${txt}</service></service-group>`

/** Avahi writes what is no plain letter or digit as \DDD, byte by byte. */
const plain = (text: string) =>
  Buffer.from(
    text.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number(digits))).replaceAll(/\\(.)/g, '$1'),
    'latin1',
  ).toString()

describe('discovery beside Avahi', () => {
  let lan: Lan
  let avahi: Avahi
  let running: LanProcess[] = []

  before(async function () {
    requireLan(this)
    requireAvahi(this)
    lan = await createLan({ hosts: ['registry', 'linux', 'alice'] })
    avahi = await startAvahi(lan.host('linux'), {
      typed: static_('By hand v1.2', 7001),
      used: static_('In use', 7003),
      pinned: static_('Pinned', 7002, `<txt-record>fp=${fingerprint}</txt-record><txt-record>n0=Ünïcode.名</txt-record>`),
    })
  })
  after(async () => {
    await avahi?.stop()
    await lan?.close()
  })
  afterEach(async () => {
    await Promise.all(running.map((one) => one.kill('SIGKILL')))
    running = []
  })
  const started = (one: LanProcess) => {
    running.push(one)
    return one
  }
  const script = (host: string, name: string, options: object) =>
    started(
      lan
        .host(host)
        .spawn('node', ['--import', './test/support/typescript.mjs', `test/discovery/${name}.script.ts`, JSON.stringify(options)]),
    )

  it('shows our advertisement to its users with all it says, whatever the name, and takes it away at the goodbye', async () => {
    const browser = started(avahi.browse('--no-db-lookup'))
    for (const name of ['Büro v1.2 😀', 'Büro v1.2 😀', `${'ä'.repeat(150)}${'日'.repeat(50)}`]) {
      const mark = String(running.length).repeat(64)
      const advertised = script('registry', 'advertise', { name, port: 6784, id: 'r1', fingerprint: mark })
      const line = plain(await browser.line((one) => one.startsWith('=;eth0;IPv4') && one.includes(mark)))
      const shown = line.split(';')[3] ?? ''
      expect(shown)
        .to.match(new RegExp(` \\(${mark.slice(0, 8)}\\)$`))
        .and.to.not.include('\ufffd')
      expect(name.startsWith(shown.slice(0, -11))).to.equal(true)
      // It asks for either kind of address.
      expect(line).to.match(new RegExp(`;(${lan.host('registry').address}|fe80:[0-9a-f:]+);6784;`))
      for (const item of ['"v=1"', '"id=r1"', `"fp=${mark}"`, `"n0=${Array.from(name).slice(0, 12).join('')}`])
        expect(line).to.include(item)
      expect((await advertised.kill()).stderr).to.equal('')
      await browser.line((one) => one.startsWith('-;eth0;IPv4') && plain(one).includes(mark.slice(0, 8)))
    }
  })

  it('finds what Avahi announces by a static service file, pinned or not', async () => {
    const finder = script('alice', 'find', {})
    const typed = await finder.json<Told>(({ event, port }) => event === 'found' && port === 7001)
    expect(typed).to.include({ name: 'By hand v1.2', host: lan.host('linux').address })
    expect(typed).to.not.have.property('fingerprint')
    expect(await finder.json<Told>(({ event, port }) => event === 'found' && port === 7002)).to.include({ name: 'Ünïcode.名', fingerprint })
    // On both families it is one registry each.
    expect(finder.jsonSoFar<Told>().filter(({ event }) => event === 'found')).to.have.length(3)
  })

  it('signs in to a registry that says nothing itself and that Avahi announces for it', async () => {
    await setUp({ parts: ['programs'] })
    const linux = new Person(lan.host('linux'), 'linux')
    const registry = started(
      linux.starts(['registry', '7003', '--name', 'Quiet', '--no-advertise', '--data', join(linux.host.home, 'registry')]),
    )
    await registry.json(({ event }) => event === 'ready')
    const alice = new Person(lan.host('alice'), 'alice')
    const [registered] = await alice.did(['register', 'Alice', '--registry', 'in use'])
    expect(registered).to.include({ registry: 'Quiet', host: linux.host.address, port: 7003 })
    await alice.did(['send', '--to', 'alice', 'a note'])
  })

  it('shares the mDNS port with Avahi on one computer: both find, and both are found', async () => {
    const browser = started(avahi.browse())
    const finder = script('linux', 'find', {})
    const advertised = script('linux', 'advertise', { name: 'Here', port: 6785, id: 'r2', fingerprint: 'b2'.repeat(32) })
    await finder.json<Told>(({ event, name }) => event === 'found' && name === 'Here')
    await browser.line((one) => one.startsWith('=;eth0;IPv4') && one.includes('b2'.repeat(32)))
    await finder.json<Told>(({ event, name }) => event === 'found' && name === 'Ünïcode.名')
    expect((await advertised.kill()).stderr).to.equal('')
    await finder.json<Told>(({ event, name }) => event === 'lost' && name === 'Here')
    await until('Avahi’s users to see it go', () => /-;eth0;IPv4;Here/.test(browser.stdout))
  })
})
