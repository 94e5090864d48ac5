/** Asks by multicast on this host, after a flood of questions if an argument says how many; prints what came back. */
import { createSocket } from 'node:dgram'
import { systemClock as clock } from '../../core/protocol/clock.ts'
import { Ears } from '../../discovery/doctor/ears.ts'
import { encodeQuestion, parseDoctor } from '../../discovery/doctor/question.ts'
import { acceptedInterfaces } from '../../discovery/interfaces.ts'

const [many = 0] = process.argv.slice(2).map(Number)
const nics = acceptedInterfaces()
const [nic] = nics
let answers = 0
const began = clock.elapsed()
const flood = createSocket({ type: 'udp4', reuseAddr: true })
await new Promise<void>((resolve) => flood.bind(5353, '0.0.0.0', resolve))
flood.addMembership('224.0.0.251', nic?.address)
flood.setMulticastInterface(nic?.address ?? '')
flood.on('message', (packet) => {
  if (parseDoctor(packet)?.kind === 'answer') answers += 1
})
for (let sent = 0; sent < many; sent++) {
  const token = sent.toString(16).padStart(16, '0')
  const packet = sent % 3 === 0 ? Buffer.from(token) : encodeQuestion({ token, about: sent % 2 === 0 ? 'heard' : 'port' })
  await new Promise((resolve) => flood.send(packet, 5353, '224.0.0.251', resolve))
}
const seconds = (clock.elapsed() - began) / 1_000
const ears = new Ears(nics, clock)
let answer = null
while (answer === null && clock.elapsed() - began < 20_000) {
  await ears.ask('port')
  answer = await ears.answer(({ about }) => about === 'port', 500)
}
process.stdout.write(`${JSON.stringify({ answers, seconds, answer, sights: ears.sights() })}\n`)
ears.close()
flood.close()
