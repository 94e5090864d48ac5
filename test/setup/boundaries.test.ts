import { expect } from 'chai'
import { forbiddenImports, importsOf } from '../../core/setup/boundaries.mjs'

describe('import boundaries', () => {
  const refused: [string, string][] = [
    ['core/protocol/a.ts', `import { x } from '../link/b.ts'`],
    ['core/link/a.ts', `import { x } from '../registry/b.ts'`],
    ['core/registry/a.ts', `import type { X } from '../client/b.ts'`],
    ['core/registry/a.ts', `import '../transfer/b.ts'`],
    ['core/client/a.ts', `export * from '../registry/b.ts'`],
    ['core/transfer/a.ts', `await import('../client/b.ts')`],
    ['core/transfer/a.ts', `let x: import('../registry/b.ts').X`],
    ['core/client/a.ts', `new Worker(new URL(import.meta.url.endsWith('.ts') ? '../registry/b.ts' : '../registry/b.js', import.meta.url))`],
    ['core/client/a.ts', `import { x } from '../../discovery/b.ts'`],
    ['discovery/a.ts', `import type { X } from '../core/client/b.ts'`],
    ['discovery/a.ts', `import { x } from '../core/link/b.ts'`],
    ['core/cli/a.ts', `import { x } from '../../desktop/host/b.ts'`],
    ['desktop/bridge.ts', `import { x } from '../core/client/client.ts'`],
    ['desktop/ui/a.ts', `import { COMMANDS } from '../bridge.ts'`],
    ['desktop/ui/a.ts', `import { x, type Y } from '../../core/protocol/b.ts'`],
    ['desktop/ui/a.ts', `import type { X } from '../../core/client/b.ts'`],
    ['desktop/electron/preload.cts', `import x = require('../host/b.ts')`],
    ['desktop/browser/page.ts', `import { x } from '../host/b.ts'`],
    ['desktop/host/a.ts', `import { x } from '../../test/support/b.ts'`],
    ['core/elsewhere.mjs', `import '../test/support/b.ts'`],
    ['desktop/host/a.ts', `import '../../scripts/b.mjs'`],
  ]
  for (const [path, source] of refused) {
    it(`refuse in ${path}: ${source}`, () => {
      const found = forbiddenImports(path, source)
      expect(found).to.not.have.length(0)
      for (const sentence of found) expect(sentence).to.include(path)
    })
  }

  const allowed: [string, string][] = [
    [
      'core/registry/handlers/a.ts',
      `import { x } from '../../protocol/b.ts'; import { y } from '../session.ts'; import 'node:fs'; import 'ws'`,
    ],
    ['core/client/a.ts', `import { x } from '../transfer/b.ts'; import { y } from '../link/c.ts'`],
    ['discovery/a.ts', `import { OptiChatError } from '../core/protocol/errors.ts'`],
    ['core/cli/a.ts', `import { x } from '../registry/b.ts'; import { y } from '../../discovery/c.ts'`],
    ['desktop/ui/a.ts', `import type { X } from '../bridge.ts'; import { html } from 'lit'; import './b.ts'; import './c.css'`],
    ['test/e2e/a.ts', `import { x } from '../../core/registry/b.ts'`],
  ]
  for (const [path, source] of allowed) {
    it(`allow in ${path}: ${source}`, () => {
      expect(forbiddenImports(path, source)).to.deep.equal([])
    })
  }

  it('refuse a file that stands in no room', () => {
    expect(forbiddenImports('scripts/a.ts', '')).to.have.length(1)
  })

  it('see through every way to import', () => {
    const source = `import type A from './a.ts'; import { type B, c } from './b.ts'; export { d } from './d.ts'; require('./e.cts')`
    expect(importsOf('core/cli/x.ts', source)).to.have.deep.members([
      { to: 'core/cli/a.ts', typeOnly: true },
      { to: 'core/cli/b.ts', typeOnly: false },
      { to: 'core/cli/d.ts', typeOnly: false },
      { to: 'core/cli/e.cts', typeOnly: false },
    ])
  })
})
