/** MQTT 3.1.1 (OASIS): fan-out and pairs by QoS 0, what is stored by QoS 1 for a session that is away, presence as retained messages. */
import { clientName, PASSWORD } from '../peers/peer.ts'
import type { Opening, Voice } from './speaker.ts'
import { dialTls, step, Wire } from './wire.ts'

const [CONNECT, CONNACK, PUBLISH, PUBACK, SUBSCRIBE, SUBACK] = [1, 2, 3, 4, 8, 9]
const ALL = 'all'
const own = (n: number) => `one/${n}`
const AWAY = 'away/#'

/** A string with its length (§1.5.3). */
function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes])
}

function packet(type: number, flags: number, ...parts: Buffer[]): Buffer {
  let length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = [(type << 4) | flags]
  // The remaining length, 7 bits a byte (§2.2.3).
  do {
    head.push((length & 127) | (length > 127 ? 128 : 0))
    length >>= 7
  } while (length > 0)
  return Buffer.concat([Buffer.from(head), ...parts])
}

const publish = (topic: Buffer, payload: string) => packet(PUBLISH, 0, topic, Buffer.from(payload))

function connectPacket(client: string, name: string, clean: boolean): Buffer {
  // User name, password; clean session (§3.1.2.3). No keep-alive: the runs are short.
  const flags = 0b1100_0000 | (clean ? 2 : 0)
  return packet(CONNECT, 0, text('MQTT'), Buffer.of(4, flags, 0, 0), text(client), text(name), text(PASSWORD))
}

export async function mqtt({ at, n, role, hears, from }: Opening): Promise<Voice> {
  const wire = new Wire(await dialTls({ ...at, from }), hears.trouble)
  const [accepted, listening] = [step(), step()]
  wire.listen((bytes) => {
    let start = 0
    for (;;) {
      let length = 0
      let at = start + 1
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++]
        if (byte === undefined) return start
        length |= (byte & 127) << shift
        if (byte < 128) break
      }
      const end = at + length
      if (end > bytes.length) return start
      const head = bytes[start] ?? 0
      const type = head >> 4
      if (type === PUBLISH) {
        // A topic's first letter tells them apart: `presence/…`.
        if (bytes[at + 2] === 112) hears.presence()
        else hears.message(bytes, end)
      } else if (type === PUBACK) hears.acknowledged()
      else if (type === SUBACK) listening.now()
      else if (type === CONNACK) {
        if (bytes[end - 1] === 0) accepted.now()
        else accepted.failed(new Error(`CONNACK ${bytes[end - 1]}`))
      } else hears.trouble(`packet ${type}`)
      start = end
    }
  })
  wire.write(connectPacket(clientName(n), clientName(n), true))
  await accepted.done
  const topic = role === 'hears-all' ? ALL : role === 'hears-own' ? own(n) : role === 'present' ? 'presence/+' : null
  if (topic !== null) {
    wire.write(packet(SUBSCRIBE, 2, Buffer.of(0, 1), text(topic), Buffer.of(0)))
    await listening.done
  }
  // Retained: who comes later learns it too.
  if (role === 'present') wire.write(packet(PUBLISH, 1, text(`presence/${n}`), Buffer.from('online')))
  if (role === 'stores' && n === 0) await subscribeAway(at, from)
  const all = text(ALL)
  const topics = new Map<number, Buffer>()
  const away = text(`away/${n}`)
  let id = 0
  return {
    toAll: (payload) => wire.write(publish(all, payload)),
    toOne(to, payload) {
      let topic = topics.get(to)
      if (!topic) {
        topic = text(own(to))
        topics.set(to, topic)
      }
      wire.write(publish(topic, payload))
    },
    store(payload) {
      id = (id % 65_535) + 1
      // QoS 1 (§3.3.1.2).
      wire.write(packet(PUBLISH, 2, away, Buffer.of(id >> 8, id & 255), Buffer.from(payload)))
    },
    close: () => wire.close(),
  }
}

/** Somebody with a session that is kept, who wants it all by QoS 1, and goes. */
async function subscribeAway(at: Opening['at'], from: string | undefined): Promise<void> {
  const wire = new Wire(await dialTls({ ...at, from }), () => undefined)
  const subscribed = step()
  wire.listen((bytes) => {
    if (bytes[bytes.length - 5] === SUBACK << 4) subscribed.now()
    return bytes.length
  })
  wire.write(connectPacket('somebody-away', clientName(0), false))
  wire.write(packet(SUBSCRIBE, 2, Buffer.of(0, 1), text(AWAY), Buffer.of(1)))
  await subscribed.done
  wire.close()
}
