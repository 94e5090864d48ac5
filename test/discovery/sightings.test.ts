import { expect } from 'chai'
import type { FoundRegistry } from '../../discovery/finder.ts'
import { MAX_SIGHTINGS, MAX_SIGHTINGS_PER_HOST, Sightings } from '../../discovery/sightings.ts'

const office = { service: 'office', name: 'Office', port: 6784, target: 'office.local', fingerprint: 'ab'.repeat(32) }

describe('what was seen of registries', () => {
  let told: string[]
  let sightings: Sightings

  beforeEach(() => {
    told = []
    const tell = (what: string) => (registry: FoundRegistry) =>
      told.push(`${what} ${registry.name} ${registry.host}:${registry.port} ${registry.interface}`)
    const places = ['eth0', 'wlan0']
    const events = { found: tell('found'), changed: tell('changed'), lost: tell('lost'), also: tell('also') }
    sightings = new Sightings(events, (name) => places.indexOf(name), 3)
  })

  const round = (on: string, answer: () => void = () => undefined) => {
    sightings.asked(on, 4)
    answer()
    sightings.sweep(on)
  }

  it('is told once, however often it is heard', () => {
    for (let n = 0; n < 5; n++) round('eth0', () => sightings.saw('eth0', '10.0.0.1', office))
    expect(told).to.deep.equal(['found Office 10.0.0.1:6784 eth0'])
  })

  it('is lost after three rounds without an answer, and found again', () => {
    sightings.saw('eth0', '10.0.0.1', office)
    round('eth0')
    round('eth0')
    expect(told).to.have.length(1)
    round('eth0')
    sightings.saw('eth0', '10.0.0.1', office)
    expect(told.slice(1)).to.deep.equal(['lost Office 10.0.0.1:6784 eth0', 'found Office 10.0.0.1:6784 eth0'])
  })

  it('is one registry on two interfaces, and stays while one of them lasts', () => {
    sightings.saw('wlan0', '10.0.0.1', office)
    sightings.saw('eth0', '10.1.0.1', office)
    expect(told).to.deep.equal(['found Office 10.0.0.1:6784 wlan0', 'also Office 10.1.0.1:6784 eth0'])
    sightings.interfaceGone('wlan0')
    expect(told.at(-1)).to.equal('changed Office 10.1.0.1:6784 eth0')
    sightings.interfaceGone('eth0')
    expect(told.at(-1)).to.equal('lost Office 10.1.0.1:6784 eth0')
  })

  it('follows a registry to its new address two questions after the old one fell silent, and says that it should be asked', () => {
    expect(sightings.saw('eth0', '10.0.0.1', office)).to.equal(false)
    expect(sightings.saw('eth0', '10.0.0.9', office)).to.equal(true)
    expect(sightings.saw('eth0', '10.0.0.9', office)).to.equal(false)
    for (let n = 0; n < 2; n++) round('eth0', () => sightings.saw('eth0', '10.0.0.9', office))
    expect(told).to.deep.equal(['found Office 10.0.0.1:6784 eth0', 'also Office 10.0.0.9:6784 eth0', 'changed Office 10.0.0.9:6784 eth0'])
  })

  it('keeps where it is when single answers get lost', () => {
    sightings.saw('eth0', '10.0.0.1', office)
    sightings.saw('wlan0', '10.1.0.1', office)
    round('eth0')
    round('eth0', () => sightings.saw('eth0', '10.0.0.1', office))
    expect(told.filter((line) => line.startsWith('changed'))).to.deep.equal([])
  })

  it('is told by its IPv4 address where it has one, and stays by IPv6 where that one fails', () => {
    sightings.saw('eth0', 'fe80::1%eth0', office)
    sightings.saw('eth0', '10.0.0.1', office)
    round('eth0', () => sightings.saw('eth0', '10.0.0.1', office))
    expect(told.at(-1)).to.equal('changed Office 10.0.0.1:6784 eth0')
    expect(sightings.answering('eth0')).to.deep.equal(['office'])
    // Over IPv6 it need not answer while it does over IPv4.
    for (let n = 0; n < 5; n++) sightings.asked('eth0', 6, sightings.answering('eth0'))
    round('eth0')
    expect(sightings.answering('eth0')).to.deep.equal([])
    round('eth0')
    expect(told.at(-1)).to.equal('changed Office fe80::1%eth0:6784 eth0')
  })

  it('is not asked again and again over IPv6 while it answers over IPv4', () => {
    sightings.saw('eth0', '10.0.0.1', office)
    sightings.saw('eth0', 'fe80::1%eth0', office)
    sightings.asked('eth0', 6)
    expect(sightings.sweep('eth0')).to.equal(false)
    sightings.asked('eth0', 4)
    expect(sightings.sweep('eth0'), 'now it answers nowhere').to.equal(true)
  })

  it('has to show itself again where the interface was opened anew, and is not lost meanwhile', () => {
    sightings.saw('eth0', '10.0.0.1', office)
    sightings.doubt('eth0')
    expect(sightings.sweep('eth0')).to.equal(true)
    sightings.saw('eth0', '10.0.0.1', office)
    expect(sightings.sweep('eth0')).to.equal(false)
    expect(told).to.have.length(1)
  })

  it('does not flap between two addresses that both answer', () => {
    for (let n = 0; n < 5; n++) {
      round('eth0', () => {
        sightings.saw('eth0', n % 2 ? '10.0.0.1' : '10.0.0.2', office)
        sightings.saw('eth0', n % 2 ? '10.0.0.2' : '10.0.0.1', office)
      })
    }
    expect(told.filter((line) => !line.startsWith('also'))).to.have.length(1)
  })

  it('tells a new port or name', () => {
    sightings.saw('eth0', '10.0.0.1', office)
    sightings.saw('eth0', '10.0.0.1', { ...office, port: 7000 })
    sightings.saw('eth0', '10.0.0.1', { ...office, port: 7000, name: 'Kitchen' })
    expect(told.slice(1)).to.deep.equal(['changed Office 10.0.0.1:7000 eth0', 'changed Kitchen 10.0.0.1:7000 eth0'])
  })

  it('keeps two registries of one name apart by their fingerprints', () => {
    sightings.saw('eth0', '10.0.0.1', office)
    sightings.saw('eth0', '10.0.0.2', { ...office, service: 'office 2', fingerprint: 'cd'.repeat(32) })
    expect(told).to.have.length(2)
    sightings.goodbye('eth0', '10.0.0.2', 'office 2')
    expect(told.at(-1)).to.equal('lost Office 10.0.0.2:6784 eth0')
  })

  it('tells a registry set up anew under the old name as another one', () => {
    sightings.saw('eth0', '10.0.0.1', office)
    sightings.saw('eth0', '10.0.0.1', { ...office, fingerprint: 'cd'.repeat(32) })
    expect(told.slice(1).map((line) => line.split(' ')[0])).to.have.members(['lost', 'found'])
  })

  it("believes nobody else's goodbye", () => {
    sightings.saw('eth0', '10.0.0.1', office)
    sightings.goodbye('eth0', '10.0.0.66', 'office')
    sightings.goodbye('wlan0', '10.0.0.1', 'office')
    expect(told).to.have.length(1)
  })

  it('is bounded, and one flooding machine leaves room for the others', () => {
    for (let n = 0; n < 1000; n++) sightings.saw('eth0', '10.0.0.66', { service: `fake${n}`, name: `fake${n}`, port: 1, target: 'x' })
    expect(told).to.have.length(MAX_SIGHTINGS_PER_HOST)
    sightings.saw('eth0', '10.0.0.1', office)
    expect(told.at(-1)).to.equal('found Office 10.0.0.1:6784 eth0')
    for (let n = 0; n < 2000; n++)
      sightings.saw('eth0', `10.1.${n >> 8}.${n & 255}`, { service: `fake${n}`, name: `fake${n}`, port: 1, target: 'x' })
    expect(told).to.have.length(MAX_SIGHTINGS)
  })
})
