import { connect } from 'node:net'
import { expect } from 'chai'
import { until } from '../../support/wait.ts'
import { type GatewayFixture, openFixture } from './gateway-fixture.ts'

describe('the gateway of the browser window', () => {
  let fixture: GatewayFixture
  let origin: string
  beforeEach(async () => {
    fixture = await openFixture()
    origin = fixture.gateway.origin
  })
  afterEach(() => fixture.close())

  const refusalOf = async (attempt: Promise<unknown>) => {
    try {
      await attempt
    } catch (error) {
      return (error as Error).message
    }
    throw new Error('it was let in')
  }

  describe('who comes in', () => {
    it('a one-time link is changed for a cookie that scripts cannot read, and leads to a clean address', async () => {
      const answer = await fixture.ask({ path: fixture.gateway.link().slice(origin.length) })
      expect(answer.status).to.equal(303)
      expect(answer.headers.location).to.equal('/')
      const [cookie] = answer.headers['set-cookie'] ?? []
      expect(cookie).to.match(/^optichat-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/)
      const page = await fixture.ask({ path: '/', headers: { cookie: cookie?.split(';')[0] } })
      expect(page.status).to.equal(200)
      expect(page.body).to.contain('<title>OptiChat</title>')
    })

    it('a link works once, and a newer link makes the older one void', async () => {
      const used = fixture.gateway.link().slice(origin.length)
      expect((await fixture.ask({ path: used })).status).to.equal(303)
      expect((await fixture.ask({ path: used })).status).to.equal(403)
      const older = fixture.gateway.link().slice(origin.length)
      fixture.gateway.link()
      expect((await fixture.ask({ path: older })).status).to.equal(403)
    })

    it('without the cookie, or with another, nothing is served', async () => {
      for (const cookie of [undefined, `optichat-${fixture.port}=`, `optichat-${fixture.port}=${'A'.repeat(43)}`]) {
        const headers: Record<string, string> = cookie === undefined ? {} : { cookie }
        expect((await fixture.ask({ path: '/', headers })).status, String(cookie)).to.equal(403)
        expect(await refusalOf(fixture.socket({ ...headers, origin }))).to.equal('refused with 403')
      }
      expect((await fixture.ask({ path: '/?token=' })).status).to.equal(403)
      expect((await fixture.ask({ path: `/?token=${'A'.repeat(43)}` })).status).to.equal(403)
    })

    it('a page of another site is refused, even with the cookie', async () => {
      const cookie = await fixture.enter()
      for (const foreign of ['http://evil.example', `http://localhost:${fixture.port}`, 'null', `https://127.0.0.1:${fixture.port}`]) {
        const headers = { cookie, origin: foreign }
        expect((await fixture.ask({ path: '/', headers })).status, foreign).to.equal(403)
        expect((await fixture.ask({ path: '/upload?path=a', method: 'POST', headers })).status, foreign).to.equal(403)
        expect(await refusalOf(fixture.socket(headers)), foreign).to.equal('refused with 403')
      }
      // What changes something must say where it comes from.
      expect((await fixture.ask({ path: '/upload?path=a', method: 'POST', headers: { cookie } })).status).to.equal(403)
      expect(await refusalOf(fixture.socket({ cookie }))).to.equal('refused with 403')
    })

    it('a name that was made to point here (DNS rebinding) is refused, even with the cookie and an unused link', async () => {
      const cookie = await fixture.enter()
      const link = fixture.gateway.link().slice(origin.length)
      for (const host of [`evil.example:${fixture.port}`, '127.0.0.1', `localhost:${fixture.port}`, '127.0.0.1:1']) {
        expect((await fixture.ask({ path: '/', headers: { cookie, host } })).status, host).to.equal(403)
        expect((await fixture.ask({ path: link, headers: { host } })).status, host).to.equal(403)
        expect(await refusalOf(fixture.socket({ cookie, origin, host })), host).to.equal('refused with 403')
      }
      expect((await fixture.ask({ path: link })).status, 'the link is still good').to.equal(303)
    })
  })

  describe('what it serves', () => {
    it('the page may load nothing from elsewhere, run nothing inline, and be framed by nobody', async () => {
      const { headers } = await fixture.ask({ path: '/', headers: { cookie: await fixture.enter() } })
      const policy = String(headers['content-security-policy'])
      expect(policy).to.contain("default-src 'none'").and.contain("script-src 'self'").and.contain("frame-ancestors 'none'")
      expect(policy).to.not.match(/unsafe|\*/)
      expect(headers['x-content-type-options']).to.equal('nosniff')
      expect(headers['cross-origin-resource-policy']).to.equal('same-origin')
      expect(headers['referrer-policy']).to.equal('no-referrer')
    })

    it('files of the page have their types, and what is not there is 404', async () => {
      const headers = { cookie: await fixture.enter() }
      expect((await fixture.ask({ path: '/assets/app.js', headers })).headers['content-type']).to.match(/^text\/javascript/)
      expect((await fixture.ask({ path: '/assets/none.js', headers })).status).to.equal(404)
      expect((await fixture.ask({ path: '/assets', headers })).status).to.equal(404)
      expect((await fixture.ask({ path: '/', method: 'DELETE', headers: { ...headers, origin } })).status).to.equal(405)
    })

    it('no path leads out of the page’s folder', async () => {
      const headers = { cookie: await fixture.enter() }
      const paths = [
        '/../secret.txt',
        '/..%2fsecret.txt',
        '/%2e%2e/secret.txt',
        '/assets/../../secret.txt',
        '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
        '/..%5csecret.txt',
        '//etc/passwd',
        '/%00',
        '/%',
        `/${encodeURIComponent(`${fixture.folder}/secret.txt`)}`,
      ]
      for (const path of paths) {
        const answer = await fixture.ask({ path, headers })
        expect(answer.status, path).to.be.oneOf([400, 404])
        expect(answer.body, path).to.not.contain('secret')
      }
    })

    it('garbage on the port ends that connection and nothing else', async () => {
      const cookie = await fixture.enter()
      const lines = [
        '\0\xff\x16\x03\x01garbage\r\n\r\n',
        'GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n',
        `GET //[ HTTP/1.1\r\nHost: 127.0.0.1:${fixture.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`,
      ]
      for (const garbage of lines) {
        await new Promise<void>((resolve) => {
          const socket = connect(fixture.port, '127.0.0.1', () => socket.end(garbage))
          socket.on('error', () => resolve()).on('close', () => resolve())
          socket.resume()
        })
      }
      expect((await fixture.ask({ path: '/', headers: { cookie } })).status).to.equal(200)
    })
  })

  describe('its socket', () => {
    it('answers questions by their numbers and tells failures as errors for people', async () => {
      const { socket, frames } = await fixture.socket({ cookie: await fixture.enter(), origin })
      socket.send(JSON.stringify({ n: 7, call: 'send', args: ['everyone', 'hi'] }))
      socket.send(JSON.stringify({ n: 8, call: 'logout', args: [] }))
      await until('both answers', () => frames.length === 3)
      expect(frames[0]).to.deep.equal({ hello: 0 })
      expect(frames).to.deep.include({ n: 7, answer: { echoed: ['everyone', 'hi'] } })
      const failure = frames.find((frame) => 'error' in frame)
      expect(failure).to.have.nested.property('error.code', 'not-signed-in')
      expect(failure).to.have.nested.property('error.next').that.is.not.empty
    })

    it('sends every event to every page, and what a page missed while its socket was cut', async () => {
      const headers = { cookie: await fixture.enter(), origin }
      const first = await fixture.socket(headers)
      const second = await fixture.socket(headers)
      await until('both said hello', () => first.frames.length === 1 && second.frames.length === 1)
      fixture.emit('me', null)
      await until('the event at both', () => first.frames.length === 2 && second.frames.length === 2)
      expect(first.frames[1]).to.deep.equal({ seq: 1, event: 'me', value: null })
      first.socket.terminate()
      fixture.emit('roster', [])
      fixture.emit('found', [])
      const again = await fixture.socket(headers, '/bridge?after=1')
      await until('what was missed', () => again.frames.length === 3)
      expect(again.frames).to.deep.equal([{ hello: 1 }, { seq: 2, event: 'roster', value: [] }, { seq: 3, event: 'found', value: [] }])
    })

    it('tells a page that missed too much to start anew', async () => {
      const headers = { cookie: await fixture.enter(), origin }
      for (let n = 0; n < 1_200; n += 1) fixture.emit('me', null)
      for (const after of ['5', '99999', 'x', '-1']) {
        const { frames } = await fixture.socket(headers, `/bridge?after=${after}`)
        await until('an order to reload', () => frames.some((frame) => 'reload' in frame))
      }
    })

    it('is closed on what is no question', async () => {
      const headers = { cookie: await fixture.enter(), origin }
      for (const garbage of ['nonsense', '[]', 'null', '{"call":"view"}', Buffer.from([0, 1])]) {
        const { socket } = await fixture.socket(headers)
        socket.send(garbage)
        await until('the end of the socket', () => socket.readyState === socket.CLOSED)
      }
      expect(fixture.asked).to.be.empty
    })
  })
})
