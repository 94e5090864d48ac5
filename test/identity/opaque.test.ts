import { randomBytes } from 'node:crypto'
import { expect } from 'chai'
import { bindingProofs, sameProof } from '../../core/identity/channel-binding.ts'
import { PasswordWorker } from '../../core/identity/opaque-client.ts'
import { createSetup, loginFinish, loginStart, registrationResponse } from '../../core/identity/opaque-registry.ts'

describe('signing in with a password', () => {
  const userId = 'u'.repeat(22)
  let worker: PasswordWorker
  let setup: string
  let record: string

  before(async () => {
    worker = new PasswordWorker()
    setup = await createSetup()
    const { state, request } = await worker.startRegistration('correct horse')
    const response = registrationResponse({ setup, userId, request })
    record = (await worker.finishRegistration({ password: 'correct horse', state, response })).record
  })
  after(() => worker.close())

  async function login(password: string, known: string | null) {
    const start = await worker.startLogin(password)
    const answer = loginStart({ setup, userId, record: known, request: start.request })
    return { answer, done: await worker.finishLogin({ password, state: start.state, response: answer.response }) }
  }

  it('gives both ends one session key for the right password', async () => {
    const { answer, done } = await login('correct horse', record)
    expect(done).to.not.equal(null)
    expect(loginFinish({ state: answer.state, finish: done?.finish ?? '' })).to.equal(done?.sessionKey)
  })

  it('fails at the client for a wrong password and for a user who is not there, with answers of one length', async () => {
    const [wrong, nobody] = [await login('wrong horse', record), await login('correct horse', null)]
    expect(wrong.done).to.equal(null)
    expect(nobody.done).to.equal(null)
    expect(wrong.answer.response).to.have.length(nobody.answer.response.length)
  })

  it('refuses a forged last step', async () => {
    const { answer } = await login('correct horse', record)
    expect(() => loginFinish({ state: answer.state, finish: randomBytes(64).toString('base64url') }))
      .to.throw()
      .with.property('code', 'sign-in-failed')
  })

  it('refuses garbage in any step with a code', async () => {
    expect(() => registrationResponse({ setup, userId, request: 'AAAA' }))
      .to.throw()
      .with.property('code', 'bad-frame')
    expect(() => loginStart({ setup, userId, record, request: 'AAAA' }))
      .to.throw()
      .with.property('code', 'bad-frame')
    const { state } = await worker.startRegistration('x')
    const error = await worker.finishRegistration({ password: 'x', state, response: 'AAAA' }).catch((error: unknown) => error)
    expect(error).to.have.property('code', 'bad-frame')
  })
})

describe('channel binding', () => {
  it('proves each role on one connection only', () => {
    const key = randomBytes(64).toString('base64url')
    const [here, there] = [randomBytes(32), randomBytes(32)]
    const proofs = bindingProofs(key, here)
    expect(sameProof(proofs.client, bindingProofs(key, here).client)).to.equal(true)
    expect(sameProof(proofs.client, proofs.registry)).to.equal(false)
    expect(sameProof(proofs.client, bindingProofs(key, there).client)).to.equal(false)
    expect(proofs.client).to.match(/^[A-Za-z0-9_-]{43}$/)
  })
})
