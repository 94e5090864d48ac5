import { join } from 'node:path'
import { expect } from 'chai'
import { createLan, type Lan, type LanHost, type LanProcess, requireLan } from '../support/lan.ts'

const LOADER = join(import.meta.dirname, '../support/typescript.mjs')
const script = (name: string) => ['--import', LOADER, join(import.meta.dirname, name)]

describe('a registry’s ear for doctors', () => {
  let lan: Lan
  let registry: LanHost
  let alice: LanHost
  let answering: LanProcess

  before(async function () {
    requireLan(this)
    lan = await createLan({ hosts: ['registry', 'alice'] })
    registry = lan.host('registry')
    alice = lan.host('alice')
    answering = registry.spawn('node', script('doctor-answer.script.ts'))
    await answering.line('answers')
  })
  after(() => lan?.close())

  const ask = async (flood: number) => {
    const { stdout, stderr, code } = await alice.run('node', [...script('doctor-ask.script.ts'), `${flood}`], { timeout: 50_000 })
    expect(code, stderr).to.equal(0)
    return JSON.parse(stdout) as { answers: number; seconds: number; answer: object | null; sights: object[] }
  }

  it('hears a question, and answers what it was asked, so that the asker hears that', async () => {
    const { answer, sights } = await ask(0)
    expect(answer).to.deep.equal({ about: 'port', fingerprint: 'ab'.repeat(32), open: true, host: registry.address })
    expect(sights).to.deep.equal([{ interface: 'eth0', sent: 'sent', looped: true }])
  })

  it('a flood of questions is answered twenty times a second at most, and by nothing worse than silence; then it goes on', async () => {
    const { answers, seconds, answer } = await ask(3_000)
    expect(answers).to.be.greaterThan(0)
    expect(answers).to.be.at.most(20 * (Math.ceil(seconds) + 1))
    expect(answer).to.include({ open: true })
    const { stdout } = await answering.kill('SIGTERM')
    // For each port question that is answered, others have to try it: these are bounded with the answers.
    expect(JSON.parse(stdout.split('\n')[1] ?? '').asked).to.be.at.most(20 * (Math.ceil(seconds) + 22))
  })
})
