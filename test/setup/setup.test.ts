import { type ChildProcess, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { lock } from '../../core/setup/lock.mjs'
import { nodeTooOld } from '../../core/setup/node-version.mjs'
import { ROOT, setUp } from '../../core/setup/setup.mjs'
import { dependenciesStale, PARTS, sourceHash, staleParts } from '../../core/setup/stale.mjs'
import { npmCommand, ToolFailed } from '../../core/setup/tools.mjs'
import { until } from '../support/wait.ts'

const MAIN = `
process.on('SIGTERM', () => process.exit(42))
process.stdout.write(process.argv.slice(2).join(' ') + '\\n')
process.stdin.on('data', (chunk) => process.stdout.write(chunk))
process.stdin.on('end', () => process.exit(7))
export {}
`

describe('setting a checkout up', () => {
  let root: string
  let said: string[]
  const children = new Set<ChildProcess>()
  const say = (line: string) => said.push(line)
  const parts = ['programs']

  beforeEach(() => {
    said = []
    root = mkdtempSync(join(tmpdir(), 'optichat-setup-'))
    mkdirSync(join(root, 'core/cli'), { recursive: true })
    for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'core/setup']) {
      cpSync(join(ROOT, file), join(root, file), { recursive: true })
    }
    symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'), 'junction')
    writeFileSync(join(root, 'core/cli/main.ts'), MAIN)
  })

  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    children.clear()
    rmSync(root, { recursive: true, force: true })
  })

  /** Runs a program to its end. */
  const run = (command: string[], input = '') => {
    const [program = '', ...args] = command
    const child = spawn(program, args, { cwd: root })
    children.add(child)
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    if (input) child.stdin.end(input)
    const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
      child.on('close', (code) => resolve({ code, stdout, stderr }))
    })
    return { child, ended, printed: () => stdout }
  }

  it('builds once, says so, and is quick when nothing is stale', async () => {
    const start = performance.now()
    await setUp({ root, parts, say })
    const built = performance.now()
    expect(said).to.deep.equal(['building the programs'])
    expect(readFileSync(join(root, 'dist/core/cli/main.js'), 'utf8')).to.contain('process.argv')
    const again = performance.now()
    await setUp({ root, parts, say })
    expect(performance.now() - again, 'beside building').to.be.below((built - start) / 2)
    expect(said).to.have.length(1)
  })

  it('what is built loads the validator from a few files instead of hundreds', async () => {
    await setUp({ root, parts, say })
    writeFileSync(
      join(root, 'dist/probe.mjs'),
      `import { Compile } from 'typebox/compile'\nimport Type from 'typebox'\n
      const n = Compile(Type.Object({ n: Type.Integer() }))\n
      process.stdout.write([n.Check({ n: 1 }), n.Check({ n: 1.5 }), import.meta.resolve('typebox').endsWith('dist/node_modules/typebox/index.mjs')].join())`,
    )
    expect(await run([process.execPath, 'dist/probe.mjs']).ended).to.include({ stdout: 'true,false,true', stderr: '' })
    expect(readdirSync(join(root, 'dist/node_modules/typebox'), { recursive: true })).to.have.length.below(30)
  })

  it('builds again what changed, not what was only touched, and forgets what is gone', async () => {
    writeFileSync(join(root, 'core/gone.ts'), 'export const gone = true\n')
    await setUp({ root, parts, say })
    expect(existsSync(join(root, 'dist/core/gone.js'))).to.equal(true)
    utimesSync(join(root, 'core/cli/main.ts'), new Date(), new Date())
    expect(staleParts(root, parts)).to.deep.equal([])
    rmSync(join(root, 'core/gone.ts'))
    expect(staleParts(root, parts)).to.deep.equal(parts)
    await setUp({ root, parts, say })
    expect(existsSync(join(root, 'dist/core/gone.js'))).to.equal(false)
    expect(existsSync(join(root, 'dist/core/cli/main.js'))).to.equal(true)
  })

  it('a build that fails shows the tool’s words and a sentence, and is tried again', async () => {
    writeFileSync(join(root, 'core/cli/main.ts'), 'const broken = (\n')
    const failure = await setUp({ root, parts, say }).then(
      () => null,
      (error: unknown) => error,
    )
    expect(failure).to.be.instanceOf(ToolFailed)
    expect(failure).to.have.property('output').that.contains('main.ts')
    expect(staleParts(root, parts)).to.deep.equal(parts)
    const { code, stderr } = await run([process.execPath, 'core/setup/run.mjs', 'core/cli/main.js']).ended
    expect(code).to.equal(1)
    expect(stderr).to.match(/main\.ts.*\n(.*\n)*optichat: Building the programs failed\./)
    writeFileSync(join(root, 'core/cli/main.ts'), MAIN)
    await setUp({ root, parts, say })
  })

  it('two that start at once build once', async () => {
    const both = [1, 2].map(() => run([process.execPath, 'core/setup/run.mjs', 'core/cli/main.js', 'x'], 'y').ended)
    const ended = await Promise.all(both)
    expect(ended.map(({ code, stdout }) => ({ code, stdout }))).to.deep.equal([1, 2].map(() => ({ code: 7, stdout: 'x\ny' })))
    const words = ended.map(({ stderr }) => stderr).join('')
    expect(words.match(/building the programs/g)).to.have.length(1)
    expect(existsSync(join(root, 'dist/.lock'))).to.equal(false)
  })

  it('npm run -s optichat passes arguments, streams and the exit code on as they are', async () => {
    await setUp({ root, parts, say })
    const { code, stdout, stderr } = await run([...npmCommand(), 'run', '-s', 'optichat', '--', 'send', '--to', 'a b'], 'typed').ended
    expect({ code, stdout }).to.deep.equal({ code: 7, stdout: 'send --to a b\ntyped' })
    expect(stderr.replace(/^npm warn.*\n/gm, '')).to.equal('')
  })

  it('a signal reaches the command itself', async () => {
    await setUp({ root, parts, say })
    const { child, ended, printed } = run([process.execPath, 'core/setup/run.mjs', 'core/cli/main.js', 'up'])
    await until('it runs', () => printed().includes('up'))
    child.kill('SIGTERM')
    expect((await ended).code).to.equal(42)
  })

  it('a signal given to npm ends the command, too', async function () {
    if (process.platform === 'win32') return this.skip()
    await setUp({ root, parts, say })
    const file = join(root, 'ended')
    writeFileSync(
      join(root, 'dist/core/cli/main.js'),
      `
      import { writeFileSync } from 'node:fs'
      process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(file)}, ''); process.exit(0) })
      setInterval(() => undefined, 1000)
      process.stdout.write('up')
    `,
    )
    const { child, printed } = run([...npmCommand(), 'run', '-s', 'optichat'])
    await until('it runs', () => printed().includes('up'))
    child.kill('SIGTERM')
    await until('the command has ended', () => existsSync(file))
  })

  it('knows what is not installed, and takes what a developer installed and locked for installed', () => {
    rmSync(join(root, 'node_modules'))
    expect(dependenciesStale(root)).to.equal(true)
    const locked = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0', optional: true } } }
    writeFileSync(join(root, 'package-lock.json'), JSON.stringify(locked))
    mkdirSync(join(root, 'node_modules/a'), { recursive: true })
    writeFileSync(join(root, 'node_modules/a/package.json'), '{}')
    const record = (version: string) =>
      writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version } } }))
    record('0.9.0')
    expect(dependenciesStale(root)).to.equal(true)
    record('1.0.0')
    expect(dependenciesStale(root)).to.equal(false)
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({ packages: { ...locked.packages, 'node_modules/c': { version: '2.0.0' } } }),
    )
    expect(dependenciesStale(root)).to.equal(true)
  })

  it('the app’s build depends on the UI and what it shares, the programs’ on all but that', () => {
    const hashes = () => [sourceHash(root, PARTS.programs), sourceHash(root, PARTS.app)]
    const [programs, app] = hashes()
    mkdirSync(join(root, 'desktop/ui'), { recursive: true })
    writeFileSync(join(root, 'desktop/ui/main.ts'), '')
    expect(hashes()[0]).to.equal(programs)
    expect(hashes()[1]).to.not.equal(app)
  })

  it('refuses a Node.js that is too old, in a sentence', () => {
    expect(nodeTooOld('18.20.4')).to.match(/needs Node\.js 20\.19 or newer; this is 18\.20\.4/)
    expect(nodeTooOld('20.18.9')).to.be.a('string')
    expect(['20.19.0', '20.20.2', '22.0.0', '24.1.0'].map(nodeTooOld)).to.deep.equal([null, null, null, null])
  })
})

describe('the lock of the set-up', () => {
  let folder: string
  let file: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'optichat-lock-'))
    file = join(folder, 'dist/.lock')
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is held by one at a time; the next one says that it waits', async () => {
    const release = await lock(file)
    const events: string[] = []
    const second = lock(file, { waiting: () => events.push('waiting') }).then((free) => {
      events.push('held')
      return free
    })
    await until('the second one waits', () => events.includes('waiting'))
    events.push('released')
    release()
    ;(await second)()
    expect(events).to.deep.equal(['waiting', 'released', 'held'])
    expect(existsSync(file)).to.equal(false)
  })

  it('is taken over from a process that died with it', async () => {
    const script = `import { lock } from ${JSON.stringify(join(ROOT, 'core/setup/lock.mjs'))}; await lock(${JSON.stringify(file)}); process.exit(0)`
    await new Promise((resolve) => spawn(process.execPath, ['--input-type=module', '-e', script]).on('close', resolve))
    expect(existsSync(file)).to.equal(true)
    const release = await lock(file)
    release()
  })

  it('is taken over from an owner that cannot be asked and gives no sign of life', async () => {
    mkdirSync(join(folder, 'dist'))
    writeFileSync(file, JSON.stringify({ pid: process.pid, host: 'another machine', at: 0 }))
    const start = performance.now()
    const release = await lock(file, { silence: 300 })
    expect(performance.now() - start).to.be.greaterThan(250)
    release()
  })

  it('is not taken from an owner that lives, however long it takes', async () => {
    const release = await lock(file)
    let taken = false
    const second = lock(file, { silence: 60_000 }).then((free) => {
      taken = true
      return free
    })
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(taken).to.equal(false)
    release()
    ;(await second)()
  })
})
