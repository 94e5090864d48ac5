import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { expect } from 'chai'
import { UsageError } from '../../core/cli/command.ts'
import { type Service, serviceUnit, thisService } from '../../core/cli/service-units.ts'
import { ROOT } from '../../core/setup/setup.mjs'
import { Desk } from './typed.ts'

const SERVICE: Service = {
  command: ['/usr/bin/node', '/opt/Opti Chat/main.js', 'registry', '6784', '--data=/srv/100% "sure" $HOME\\', '--name=Süd & <Nord>'],
  data: '/srv/100% "sure" $HOME\\',
  port: 6784,
  user: 'chat',
  home: '/Users/chat',
}

const unescaped = (text = '') => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')

/** Tags in order, each closed: what an XML reader insists on first. */
function expectBalanced(text: string): void {
  const open: string[] = []
  for (const [, comment, closing, name = '', empty] of text.matchAll(/(<!--[\s\S]*?-->|<[?!][^>]*>)|<(\/?)([A-Za-z]+)[^>]*?(\/?)>/g)) {
    if (comment) expect(comment.slice(4, -3)).to.not.contain(comment.startsWith('<!--') ? '--' : '\0')
    else if (closing) expect(open.pop()).to.equal(name)
    else if (!empty) open.push(name)
  }
  expect(open).to.deep.equal([])
}

describe('a unit that keeps a registry running', () => {
  it('for systemd quotes every word, and lets it write to its data folder only', () => {
    const unit = serviceUnit('systemd', SERVICE)
    expect(unit).to.contain(
      'ExecStart="/usr/bin/node" "/opt/Opti Chat/main.js" "registry" "6784" "--data=/srv/100%% \\"sure\\" $$HOME\\\\" "--name=Süd & <Nord>"\n',
    )
    expect(unit).to.contain('\nReadWritePaths="-/srv/100%% \\"sure\\" $HOME\\\\"\n').and.to.contain('\nProtectSystem=strict\n')
    expect(unit).to.contain('\nUser=chat\n').and.to.contain('\nCapabilityBoundingSet=\n')
    expect(serviceUnit('systemd', { ...SERVICE, port: 443 })).to.contain('\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n')
    expect(unit).to.contain('\nPrivateTmp=yes\n')
    // What lies in /tmp would be hidden by it.
    expect(serviceUnit('systemd', { ...SERVICE, data: '/tmp/x' })).to.contain('\nPrivateTmp=no\n')
  })

  it('for launchd has each argument as it is', () => {
    const unit = serviceUnit('launchd', SERVICE)
    expectBalanced(unit)
    const [, list] = /<key>ProgramArguments<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(unit) ?? []
    expect([...(list ?? '').matchAll(/<string>(.*)<\/string>/g)].map(([, text]) => unescaped(text))).to.deep.equal(SERVICE.command)
    expect(unit).to.contain('<string>/Users/chat/Library/Logs/optichat-registry.log</string>')
  })

  it('for Windows quotes its arguments as Windows reads them', () => {
    const command = [
      'C:\\Program Files\\nodejs\\node.exe',
      'C:\\Opti Chat\\main.js',
      'registry',
      '--data=C:\\My Data\\',
      '--name=a"b',
    ] as const
    const unit = serviceUnit('windows', { ...SERVICE, command, user: 'OFFICE\\chat' })
    expectBalanced(unit)
    expect(unescaped(/<Command>(.*)<\/Command>/.exec(unit)?.[1])).to.equal(command[0])
    const args = '"C:\\Opti Chat\\main.js" registry "--data=C:\\My Data\\\\" "--name=a\\"b"'
    expect(unescaped(/<Arguments>(.*)<\/Arguments>/.exec(unit)?.[1])).to.equal(args)
    expect(unit).to.contain('<UserId>OFFICE\\chat</UserId>').and.to.contain('<LogonType>S4U</LogonType>')
  })

  it('names this Node, the built command and the options that were given', () => {
    const { command } = thisService({ options: { name: 'Team', 'no-advertise': true, metrics: '9464' }, data: '/srv/x', port: 7000 }, {})
    const [node, main, ...args] = command
    expect([node, main]).to.deep.equal([process.execPath, join(ROOT, 'dist/core/cli/main.js')])
    expect(args).to.deep.equal(['registry', '7000', '--data=/srv/x', '--name=Team', '--no-advertise', '--metrics=9464'])
  })

  it('is not made of what none could quote', () => {
    for (const data of ['/srv/a\nUser=root', '/srv/\0', '/srv/\u2028']) {
      for (const kind of ['systemd', 'launchd', 'windows']) expect(() => serviceUnit(kind, { ...SERVICE, data })).to.throw(UsageError)
    }
    expect(() => serviceUnit('__proto__', SERVICE)).to.throw(UsageError, 'systemd, launchd, windows')
  })

  describe('printed by the command', () => {
    let desk: Desk

    before(async () => {
      desk = await Desk.open()
    })
    after(() => desk?.close())

    it('has absolute paths, starts nothing and makes nothing', async () => {
      const data = desk.path('data')
      const { code, stdout, stderr } = await desk.types(['registry', '--print-service', 'systemd', '--data', 'data', '--name', 'Our team'])
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' })
      expect(stdout).to.contain(`"--data=${data}" "--name=Our team"`).and.to.contain(`User=${userInfo().username}`)
      const [, node, main] = /^ExecStart="([^"]+)" "([^"]+)"/m.exec(stdout) ?? []
      expect([node, main].map((path) => isAbsolute(path ?? '') && existsSync(path ?? ''))).to.deep.equal([true, true])
      expect(existsSync(data)).to.equal(false)
      const wrong = await desk.types(['registry', '--print-service', 'upstart'])
      expect(wrong).to.include({ code: 2, stdout: '' })
      const json = await desk.types(['registry', '--print-service', 'launchd', '--json'])
      expect(json.json[0]).to.include({ event: 'service', kind: 'launchd' })
    })

    it('its command line, taken from the unit, runs a registry', async () => {
      const args = ['registry', '0', '--print-service', 'launchd', '--data', 'data', '--interface', '127.0.0.1', '--no-advertise']
      const { stdout } = await desk.types(args)
      const command = [...(/<array>([\s\S]*?)<\/array>/.exec(stdout)?.[1] ?? '').matchAll(/<string>(.*)<\/string>/g)].map(([, text]) =>
        unescaped(text),
      )
      expect(command[0]).to.equal(process.execPath)
      const running = desk.starts([...command.slice(2), '--json'])
      await running.json(({ event }) => event === 'ready')
      expect(existsSync(desk.path('data', 'registry.pem'))).to.equal(true)
      expect((await running.kill('SIGTERM')).code).to.equal(0)
    })

    it('is one that systemd takes without a complaint', async function () {
      if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
        return this.skip()
      }
      const folder = desk.path('50% of "it"')
      mkdirSync(folder)
      const { stdout } = await desk.types(['registry', '--print-service', 'systemd', '--data', join(folder, 'data')])
      const file = desk.path('optichat-registry.service')
      writeFileSync(file, stdout)
      const verified = spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' })
      expect({ status: verified.status, said: verified.stderr + verified.stdout }).to.deep.equal({ status: 0, said: '' })
      // It does complain where there is a reason.
      writeFileSync(file, stdout.replace('ProtectSystem=strict', 'ProtectSystem=perhaps'))
      expect(spawnSync('systemd-analyze', ['verify', '--man=no', file], { encoding: 'utf8' }).stderr).to.contain('perhaps')
    })
  })
})
