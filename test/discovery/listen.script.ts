/** Runs inside a virtual LAN: prints each packet to the mDNS group as `{from, hex}`. Argument: the address of the NIC to listen on. */
import { createSocket } from 'node:dgram'

const socket = createSocket({ type: 'udp4', reuseAddr: true })
socket.on('message', (packet, { address }) => process.stdout.write(`${JSON.stringify({ from: address, hex: packet.toString('hex') })}\n`))
socket.bind(5353, () => {
  socket.addMembership('224.0.0.251', process.argv[2])
  process.stdout.write('{"event":"ready"}\n')
})
