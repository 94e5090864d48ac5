import { expect } from 'chai'
import { textsOf } from '../../core/setup/texts.mjs'

const found = (source: string) => {
  const { texts, bare } = textsOf('a.ts', source)
  return { texts: texts.map(({ text }: { text: string }) => text), bare: bare.map(({ text }: { text: string }) => text) }
}

describe('the check of the app’s texts', () => {
  it('finds what is marked, as translators see it', () => {
    const source = `msg('Send'); msg(str\`To \${name}, \${count}\`); phrase('Light'); counted(n, '# file', '# files'); msg(html\`Join <bdi>\${name}</bdi>\`)`
    expect(found(source).texts).to.deep.equal(['Send', 'To {0}, {1}', 'Light', '# file|# files', 'Join <bdi>{0}</bdi>'])
    expect(found(source).bare).to.deep.equal([])
  })

  it('finds what was not marked: between tags, in what is said aloud, in literals that read like words', () => {
    const source = `html\`<p title="Who has it">Hello <b>\${name}</b></p><code>ls</code>\${a ? 'Not sent' : ''}\`; const label = \`Open \${n}\`; throw new Error('Never seen')`
    expect(found(source).bare).to.have.members(['Who has it', 'Hello', 'Not sent', 'Open'])
  })

  it('lets pass what is no text: keys, states, classes, names', () => {
    const source = `if (event.key === 'Enter') run('online'); html\`<button class="main" aria-label=\${msg('Close')}>OptiChat</button>\`; import('./App.ts')`
    expect(found(source).bare).to.deep.equal([])
  })
})
