import { expect } from 'chai'
import { dialableTicket, parseDialable } from '../../core/client/dialable.ts'

const ticket = (endpoints: string[]) => ({
  id: 'i',
  secret: 's',
  transfer: 't',
  lifetime: 1,
  peer: { user: 'u', fingerprint: 'f', endpoints },
})
const dialled = (registry: string, ...endpoints: string[]) => dialableTicket(ticket(endpoints), registry).peer.endpoints

describe('where a peer is dialled', () => {
  it('is on the link to the registry, for addresses that hold on one link only', () => {
    expect(dialled('fe80::1%wlan0', '[fe80::9]:80', '10.0.0.9:80', '[fd00::9]:80')).to.deep.equal([
      '[fe80::9%wlan0]:80',
      '10.0.0.9:80',
      '[fd00::9]:80',
    ])
    expect(parseDialable('[fe80::9]:80', 'fe80::1%wlan0')).to.deep.equal({ host: 'fe80::9%wlan0', port: 80 })
  })

  it('is nowhere for these where the registry is met another way', () => {
    expect(dialled('10.0.0.1', '[fe80::9]:80', '10.0.0.9:80')).to.deep.equal(['10.0.0.9:80'])
    expect(parseDialable('[fe80::9]:80', '10.0.0.1')).to.equal(null)
  })

  it('is the registry’s own address, as this device has it, for *', () => {
    expect(parseDialable('*:7000', 'fe80::1%wlan0')).to.deep.equal({ host: 'fe80::1%wlan0', port: 7_000 })
  })
})
