import { expect } from 'chai'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { parseAddress } from '../../discovery/address.ts'
import { formatInvite, inviteQr, placesOf } from '../../discovery/invite.ts'

const fingerprint = '0123456789abcdef'.repeat(4)

describe('the address of a registry', () => {
  const good: Record<string, { host: string; port: number }> = {
    '192.168.1.5': { host: '192.168.1.5', port: 6784 },
    ' 192.168.1.5:7000 ': { host: '192.168.1.5', port: 7000 },
    registry: { host: 'registry', port: 6784 },
    'registry.example.org:1': { host: 'registry.example.org', port: 1 },
    'Laptop.local.': { host: 'laptop.local', port: 6784 },
    'büro.local': { host: 'xn--bro-hoa.local', port: 6784 },
    '::1': { host: '::1', port: 6784 },
    'fe80::1%eth0': { host: 'fe80::1%eth0', port: 6784 },
    '[fd00::7]': { host: 'fd00::7', port: 6784 },
    '[fd00::7]:65535': { host: 'fd00::7', port: 65535 },
    'optichat://10.0.0.1': { host: '10.0.0.1', port: 6784 },
    'OptiChat://[fd00::7]:99/': { host: 'fd00::7', port: 99 },
  }
  for (const [text, address] of Object.entries(good)) {
    it(`may be written ${text}`, () => {
      expect(parseAddress(text)).to.deep.equal(address)
    })
  }

  const bad = [
    '',
    '   ',
    'two words',
    '999.1.1.1',
    '1.2.3',
    'host:',
    'host:0',
    'host:65536',
    'host:6784x',
    'host:-1',
    'a:b:c',
    ':6784',
    '[fd00::7',
    '[nothing]:1',
    '[fd00::7]7',
    'http://host/',
    'user@host',
    '-host',
    'ho$t',
    'a..b',
    `${'a'.repeat(64)}.local`,
    'optichat://',
    'optichat:10.0.0.1',
    'optichat://10.0.0.1:0/',
    'optichat://10.0.0.1:99999/',
    'optichat://10.0.0.1/?fp=abc',
    'optichat://10.0.0.1/path',
    'optichat://me:pw@10.0.0.1/',
    'optichat://%ff/',
    'optichat://ho%20st/',
    'x'.repeat(100_000),
    '\0',
  ]
  for (const text of bad) {
    it(`is refused with a code for ${JSON.stringify(text.slice(0, 40))}`, () => {
      expect(() => parseAddress(text))
        .to.throw(OptiChatError)
        .with.property('code', 'bad-address')
    })
  }
})

describe('an invite', () => {
  it('comes back as it was made, whatever the name', () => {
    for (const name of ['Office', 'Büro & Co #1 / 2?', 'オフィス']) {
      for (const host of ['10.77.0.1', 'fd00::7', 'registry.local']) {
        const invite = { host, port: 7001, fingerprint, name }
        expect(parseAddress(formatInvite(invite))).to.deep.equal(invite)
      }
    }
  })

  it('may carry a code with which one person registers', () => {
    const invite = { host: '10.77.0.1', port: 7001, fingerprint, code: '7XK2-0Q9D-M3FZ-11AB' }
    expect(parseAddress(formatInvite(invite))).to.deep.equal(invite)
    expect(() => parseAddress('optichat://10.0.0.1/?code=%1b%5b31m'))
      .to.throw(OptiChatError)
      .with.property('code', 'bad-address')
  })

  it('may name several addresses, at the first of which that proves the fingerprint it is', () => {
    const also = [
      { host: '192.168.1.5', port: 6784 },
      { host: 'fd00::7', port: 7001 },
    ]
    const invite = { host: '10.77.0.1', port: 7001, fingerprint, also }
    expect(parseAddress(formatInvite(invite))).to.deep.equal(invite)
    expect(placesOf(invite)).to.deep.equal([{ host: '10.77.0.1', port: 7001 }, ...also])
    expect(parseAddress('optichat://10.0.0.1/?at=office').also).to.deep.equal([{ host: 'office', port: 6784 }])
    for (const at of ['', 'a b', 'host:0', '[zz]:1', 'a:b:c', 'http://x/']) {
      expect(() => parseAddress(`optichat://10.0.0.1/?at=${encodeURIComponent(at)}`), at)
        .to.throw(OptiChatError)
        .with.property('code', 'bad-address')
    }
    const many = `optichat://10.0.0.1/?${Array.from({ length: 50 }, (_, n) => `at=10.0.1.${n}`).join('&')}`
    expect(parseAddress(many).also).to.have.length(3)
  })

  it('takes a fingerprint as people copy it', () => {
    const spaced = fingerprint.toUpperCase().replace(/(..)(?=.)/g, '$1:')
    expect(parseAddress(`optichat://10.0.0.1/?fp=${spaced}`).fingerprint).to.equal(fingerprint)
  })

  it('shows no control or direction characters from its name', () => {
    expect(parseAddress('optichat://10.0.0.1/?name=a%1b%5b31m%e2%80%aeb').name).to.equal('a[31mb')
  })

  it('is a QR code in the terminal: square, in half blocks', async () => {
    const code = await inviteQr(formatInvite({ host: '10.77.0.1', port: 6784, fingerprint, name: 'Office' }))
    const colours = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')
    const lines = code.replaceAll(colours, '').split('\n').slice(0, -1)
    expect(new Set(lines.map((line) => line.length)).size).to.equal(1)
    expect(lines.length).to.equal(Math.ceil((lines[0]?.length ?? 0) / 2))
    expect(lines[0]?.length).to.be.at.most(60)
    expect(lines.join('')).to.match(/^[ ▀▄█]+$/)
  })
})
