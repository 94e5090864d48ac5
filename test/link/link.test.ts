import { connect as connectTcp, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { expect } from 'chai'
import type { Link } from '../../core/link/link.ts'
import { listenWebSocket } from '../../core/link/listen.ts'
import { memoryPair } from '../../core/link/memory.ts'
import { dialWebSocket, HANDSHAKE_TIMEOUT } from '../../core/link/websocket.ts'
import { OptiChatError } from '../../core/protocol/errors.ts'
import { MAX_FRAME, REGISTRY_ALPN } from '../../core/protocol/limits.ts'
import { identityOf } from '../support/identities.ts'
import { until } from '../support/wait.ts'
import { linkContract } from './link-contract.ts'

const host = '127.0.0.1'

async function failure(promise: Promise<unknown>): Promise<OptiChatError> {
  const error = await promise.then(
    () => null,
    (error: unknown) => error,
  )
  expect(error).to.be.instanceOf(OptiChatError)
  return error as OptiChatError
}

linkContract('in memory', async () => {
  const [client, registry] = memoryPair({ fingerprints: ['c'.repeat(64), 'd'.repeat(64)] })
  return { client, registry, fingerprints: ['c'.repeat(64), 'd'.repeat(64)] }
})

describe('links over TLS', () => {
  let server: Awaited<ReturnType<typeof listenWebSocket>>
  let arrived: Link[] = []
  let refused: string[] = []

  before(async () => {
    server = await listenWebSocket({
      identity: await identityOf('registry'),
      host,
      port: 0,
      onLink: (link) => arrived.push(link),
      onRefused: ({ why }) => refused.push(why),
    })
  })
  beforeEach(() => {
    arrived = []
    refused = []
  })
  after(() => server.close())

  const open = async () => {
    const [identity, own] = [await identityOf('device'), await identityOf('registry')]
    const before = arrived.length
    const client = await dialWebSocket({ host, port: server.port, identity, expect: own.fingerprint })
    const registry = await until('the other end', () => arrived[before])
    return { client, registry, fingerprints: [identity.fingerprint, own.fingerprint] as const }
  }

  linkContract('WebSocket over TLS', open)

  it('dials an address that holds on one interface only, as IPv6 has them without a router', async function () {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
    if (!all.some(({ address }) => address === '::1')) this.skip()
    const identity = await identityOf('registry')
    const near = await listenWebSocket({ identity, host: '::1', port: 0, onLink: (link) => link.destroy() })
    try {
      const link = await dialWebSocket({
        host: '::1%lo',
        port: near.port,
        identity: await identityOf('device'),
        expect: identity.fingerprint,
      })
      expect(link.peerFingerprint).to.equal(identity.fingerprint)
      link.destroy()
    } finally {
      await near.close()
    }
  })

  it('refuses a registry with another certificate than expected', async () => {
    const error = await failure(dialWebSocket({ host, port: server.port, identity: await identityOf('device'), expect: 'a'.repeat(64) }))
    expect(error.code).to.equal('registry-untrusted')
    expect(arrived).to.have.length(0)
  })

  it('says that nothing answers at a closed port, and which', async () => {
    const error = await failure(dialWebSocket({ host, port: 1, identity: await identityOf('device') }))
    expect(error.code).to.equal('registry-unreachable')
    expect(error.message).to.contain('127.0.0.1:1')
  })

  it('says that something else answers where that does not speak TLS', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n'))
    await new Promise<void>((resolve) => other.listen(0, host, resolve))
    const { port } = other.address() as { port: number }
    expect((await failure(dialWebSocket({ host, port, identity: await identityOf('device') }))).code).to.equal('not-optichat')
    other.close()
  })

  it('gives up when asked to', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, host, resolve))
    const { port } = silent.address() as { port: number }
    const aborter = new AbortController()
    const dialling = failure(dialWebSocket({ host, port, identity: await identityOf('device'), signal: aborter.signal }))
    aborter.abort()
    expect((await dialling).code).to.equal('cancelled')
    silent.close()
  })

  it('refuses a port that is taken, by its number', async () => {
    const error = await failure(
      listenWebSocket({ identity: await identityOf('registry'), host, port: server.port, onLink: () => undefined }),
    )
    expect(error.code).to.equal('port-taken')
    expect(error.message).to.contain(`${server.port}`)
  })

  const rawRequest = async (text: string, alpn: string[] = [REGISTRY_ALPN]) => {
    const socket = connectTls({ host, port: server.port, rejectUnauthorized: false, ALPNProtocols: alpn })
    let answer = ''
    socket.on('data', (data) => {
      answer += data.toString()
    })
    socket.on('error', () => socket.destroy())
    socket.once('secureConnect', () => socket.write(text))
    await new Promise((resolve) => socket.once('close', resolve))
    return answer
  }

  it('turns web pages, other paths and plain requests away', async () => {
    const upgrade = (extra: string, path = '/optichat') =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n${extra}\r\n`
    expect(await rawRequest(upgrade('Sec-WebSocket-Protocol: optichat.1\r\nOrigin: https://evil.example\r\n'))).to.match(/^HTTP\/1.1 400/)
    expect(await rawRequest(upgrade('Sec-WebSocket-Protocol: optichat.1\r\n', '/other'))).to.match(/^HTTP\/1.1 400/)
    expect(await rawRequest(upgrade('Sec-WebSocket-Protocol: other\r\n'))).to.match(/^HTTP\/1.1 400/)
    expect(await rawRequest('GET / HTTP/1.1\r\nHost: x\r\n\r\n')).to.match(/^HTTP\/1.1 426/)
    expect(refused).to.deep.equal(['a web page', 'another path', 'another subprotocol', 'not a WebSocket'])
    expect(arrived).to.have.length(0)
  })

  it('survives garbage instead of TLS', async () => {
    const socket = connectTcp(server.port, host)
    socket.on('error', () => socket.destroy())
    socket.write(Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 31) % 256)))
    await new Promise((resolve) => socket.once('close', resolve))
    const pair = await open()
    expect(pair.client.peerFingerprint).to.equal(pair.fingerprints[1])
    pair.client.destroy()
  })

  it('ends a link that sends more than a frame may hold, and no other', async () => {
    const [big, good] = [await open(), await open()]
    const ended: string[] = []
    big.registry.start({ frame: () => undefined, ended: (reason) => ended.push(reason) })
    big.client.start({ frame: () => undefined, ended: () => undefined })
    const frames: string[] = []
    good.registry.start({ frame: (text) => frames.push(text), ended: () => undefined })
    good.client.start({ frame: () => undefined, ended: () => undefined })
    big.client.send('x'.repeat(MAX_FRAME + 1))
    await until('the end', () => ended.length === 1)
    good.client.send('still here')
    await until('the frame', () => frames.includes('still here'))
    good.client.destroy()
  })

  it('closes at once though somebody never finished the handshake', async () => {
    const own = await listenWebSocket({ identity: await identityOf('registry'), host, port: 0, onLink: () => undefined })
    const socket = connectTcp(own.port, host)
    socket.on('error', () => socket.destroy())
    await new Promise((resolve) => socket.once('connect', resolve))
    const start = Date.now()
    await own.close()
    expect(Date.now() - start, 'not when its time was over').to.be.below(HANDSHAKE_TIMEOUT)
  })
})
