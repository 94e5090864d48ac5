/** Runs inside a virtual LAN: sends the mDNS group what no honest program sends, over and over until SIGTERM. Argument: the NIC's address. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

const header = (questions: number, answers: number, flags = 0x8400) => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt16BE(flags, 2)
  bytes.writeUInt16BE(questions, 4)
  bytes.writeUInt16BE(answers, 6)
  return bytes
}
const name = (text: string) =>
  Buffer.concat([...text.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])])
const record = (owner: Buffer, type: number, data: Buffer) => {
  const middle = Buffer.from([0, type, 0, 1, 0, 0, 0, 120, data.length >> 8, data.length & 255])
  return Buffer.concat([owner, middle, data])
}
const service = name('_optichat._tcp.local')
const loop = Buffer.from([0xc0, 12])
const instance = name('evil._optichat._tcp.local')

const packets = [
  Buffer.alloc(0),
  Buffer.from('hello'),
  Buffer.alloc(9000, 255),
  header(0, 65535),
  header(65535, 0, 0),
  // a name that points at itself, one that ends outside, one of every length byte
  Buffer.concat([header(0, 1), loop, Buffer.alloc(10)]),
  Buffer.concat([header(0, 1), Buffer.from([63, 1, 2])]),
  ...Array.from({ length: 256 }, (_, n) => Buffer.concat([header(1, 1), Buffer.from([n, n, n, n, 0, 12, 0, 1])])),
  // our own record types with nonsense in them
  ...[1, 12, 16, 28, 33, 41, 47].map((type) => Buffer.concat([header(0, 1), record(service, type, Buffer.from([5]))])),
  ...[1, 16, 28, 33].map((type) =>
    Buffer.concat([header(0, 2), record(service, 12, instance), record(instance, type, Buffer.alloc(type === 33 ? 3 : 5, 7))]),
  ),
  Buffer.concat([header(0, 1), record(service, 12, service)]),
  // a thousand questions in one packet
  Buffer.concat([header(1000, 0, 0), ...Array.from({ length: 1000 }, () => Buffer.concat([service, Buffer.from([0, 12, 0, 1])]))]),
  // one machine with two hundred registries
  ...Array.from({ length: 200 }, (_, n) => {
    const fake = name(`fake${n}._optichat._tcp.local`)
    const srv = Buffer.concat([Buffer.from([0, 0, 0, 0, n % 2, 77]), name('x.local')])
    return Buffer.concat([
      header(0, 3),
      record(service, 12, fake),
      record(fake, 33, srv),
      record(fake, 16, Buffer.from([4, 97, 61, 200, n])),
    ])
  }),
]
let seed = 20260731
const noise = () => {
  seed = (seed * 1103515245 + 12345) % 2147483648
  return (seed >> 16) & 255
}
for (let n = 0; n < 300; n++) {
  packets.push(Buffer.concat([header(n % 3, n % 4, n % 2 ? 0x8400 : 0), Buffer.from(Array.from({ length: n }, noise))]))
}

const socket = createSocket({ type: 'udp4', reuseAddr: true })
socket.bind(5353)
await once(socket, 'listening')
socket.setMulticastInterface(process.argv[2] ?? '')
let stopped = false
process.once('SIGTERM', () => {
  stopped = true
})
while (!stopped) {
  for (const packet of packets) {
    await new Promise<void>((resolve, reject) => socket.send(packet, 5353, '224.0.0.251', (error) => (error ? reject(error) : resolve())))
  }
  process.stdout.write('{"event":"sent"}\n')
  await sleep(500)
}
socket.close()
