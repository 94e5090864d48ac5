/** XMPP (RFC 6120, 6121) with SASL PLAIN, and rooms (XEP-0045). Stanzas are told apart by what only they contain, not parsed. */
import { clientName, PASSWORD } from '../peers/peer.ts'
import type { Opening, Voice } from './speaker.ts'
import { dialTls, Wire } from './wire.ts'

const HEADER = `<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`
const BODY_END = Buffer.from('</body>')
const PRESENCE = Buffer.from('<presence ')
const LONGEST_MARK = PRESENCE.length

export async function xmpp({ at, n, role, hears, from }: Opening): Promise<Voice> {
  const name = clientName(n)
  const wire = new Wire(await dialTls({ ...at, from }), hears.trouble)
  let before = ''
  let waits: { mark: string; found: () => void } | null = null
  wire.listen((bytes) => {
    if (waits) {
      before += bytes.toString('latin1')
      if (before.includes(waits.mark)) {
        const { found } = waits
        waits = null
        before = ''
        found()
      } else if (before.includes('<failure') || before.includes('</stream:stream>')) hears.trouble(before.slice(-300))
      return bytes.length
    }
    let read = 0
    for (let at = bytes.indexOf(BODY_END); at >= 0; at = bytes.indexOf(BODY_END, read)) {
      hears.message(bytes, at)
      read = at + BODY_END.length
    }
    if (role === 'present') {
      for (let at = bytes.indexOf(PRESENCE, read); at >= 0; at = bytes.indexOf(PRESENCE, read)) {
        hears.presence()
        read = at + PRESENCE.length
      }
    }
    // What may be the first part of a mark stays.
    return Math.max(read, bytes.length - LONGEST_MARK + 1)
  })
  const ask = (text: string, mark: string) =>
    new Promise<void>((resolve) => {
      waits = { mark, found: resolve }
      wire.write(text)
    })
  await ask(HEADER, '</stream:features>')
  const plain = Buffer.from(`\0${name}\0${PASSWORD}`).toString('base64')
  await ask(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`, '<success')
  await ask(HEADER, '</stream:features>')
  await ask(`<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>b</resource></bind></iq>`, '</iq>')
  wire.write('<presence/>')
  const room = role === 'present' ? 'all@rooms.localhost' : 'all@quiet.localhost'
  if (role === 'hears-all' || role === 'present') {
    const join = `<presence to='${room}/${name}'><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>`
    // 110: this is yourself; it comes after everybody else. The subject, last, counts no body.
    await ask(join, '<subject')
  }
  return {
    toAll: (text) => wire.write(`<message to='${room}' type='groupchat'><body>${text}</body></message>`),
    toOne: (to, text) => wire.write(`<message to='${clientName(to)}@localhost/b' type='chat'><body>${text}</body></message>`),
    store() {
      throw new Error('Prosody stores nothing before it acknowledges; it acknowledges nothing')
    },
    close: () => wire.close(),
  }
}
