import { expect } from 'chai'
import type { Page } from 'playwright-core'
import type { HostedView } from '../../../desktop/bridge.ts'
import { until } from '../../support/wait.ts'
import { appWindows } from './app-window.ts'
import { FINGERPRINT, found, me, registry, signedIn, signedOut } from './people.ts'

const running: HostedView = {
  state: 'running',
  name: 'Workshop',
  address: '192.168.1.31',
  port: 6784,
  fingerprint: FINGERPRINT,
  invite: `optichat://192.168.1.31:6784/${FINGERPRINT}`,
  qr: { size: 2, path: 'M0 0h1v1h-1z' },
  log: ['listening', 'bob registered'],
}

const fill = async (page: Page, name: string, password: string) => {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Password', { exact: true }).fill(password)
}

describe('before signing in', () => {
  const open = appWindows()

  it('registries come and go in the list as the network tells', async () => {
    const { page, emit } = await open({ view: signedOut() })
    await page.getByText('None has answered yet').waitFor()
    await emit('found', found)
    await page.getByRole('button', { name: /Workshop.*signed in before.*192\.168\.1\.20:6784/s }).waitFor()
    await emit('found', found.slice(1))
    await page.getByRole('button', { name: /Workshop/ }).waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: /Drawing office/ }).count()).to.equal(1)
  })

  it('an address that is typed is looked at first: its registry is called by its name, a wrong one is told of beside it', async () => {
    const { page, asked, release } = await open({ view: signedOut(), answers: { lookAt: { waits: true } } })
    await page.getByLabel('Address or invite').fill('192.168.1.20')
    await page.getByRole('button', { name: 'Use', exact: true }).click()
    await page.getByRole('button', { name: 'Looking…' }).waitFor()
    await until('asked', async () => (await asked('lookAt')).length === 1)
    await release('lookAt')
    await page.getByRole('heading', { name: 'Join Workshop' }).waitFor()
    await page.getByText('Is it the right registry?').waitFor()
    const error = { code: 'registry-unreachable' as const, message: 'The registry did not answer.', next: '' }
    const wrong = await open({ view: signedOut(), answers: { lookAt: { error } } })
    await wrong.page.getByLabel('Address or invite').fill('192.168.1.21')
    await wrong.page.getByRole('button', { name: 'Use', exact: true }).click()
    await wrong.page.getByRole('region', { name: 'Somewhere else' }).getByText('The registry does not answer.').waitFor()
    expect(await wrong.page.getByLabel('Password').count(), 'nothing to sign in to').to.equal(0)
  })

  it('a registry known from before opens on signing in, a new one on creating an account', async () => {
    const { page } = await open({ view: signedOut({ found }) })
    await page.getByRole('button', { name: /Workshop/ }).click()
    expect(await page.getByRole('radio', { name: 'Sign in' }).isChecked()).to.equal(true)
    await page.getByRole('button', { name: /Drawing office/ }).click()
    await page.getByRole('heading', { name: 'Join Drawing office' }).waitFor()
    expect(await page.getByRole('radio', { name: 'Create account' }).isChecked()).to.equal(true)
  })

  it('creating an account asks the host once, shows that it is busy, and then the chat', async () => {
    const view = { me, connection: { at: 'online' as const, registry }, roster: signedIn().roster }
    const { page, asked, release } = await open({ view: signedOut({ found }), answers: { register: { answer: me, waits: true, view } } })
    await page.getByRole('button', { name: /Drawing office/ }).click()
    await fill(page, '  Alice ', 'correct horse')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('button', { name: 'Creating account…' }).waitFor()
    await page.getByLabel('Your name').press('Enter')
    expect(await asked('register')).to.deep.equal([['192.168.1.44:6784', 'Alice', 'correct horse']])
    await release('register')
    await page.getByRole('heading', { name: 'Everyone' }).waitFor()
    expect(await page.title()).to.equal('OptiChat · Alice')
  })

  it('a wrong password is told in the form, with what to do, and what was typed stays', async () => {
    const error = { code: 'sign-in-failed' as const, message: 'The name or the password is wrong.', next: 'Check both.' }
    const { page } = await open({ view: signedOut({ found }), answers: { login: { error } } })
    await page.getByRole('button', { name: /Workshop/ }).click()
    await fill(page, 'Alice', 'wrong')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    const alert = page.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).to.contain('The name or the password is wrong. Check both; after several failures wait a little.')
    expect(await page.getByLabel('Your name').inputValue()).to.equal('Alice')
    await page.getByRole('radio', { name: 'Create account' }).check()
    await alert.waitFor({ state: 'detached' })
  })

  it('a password is shown only while one wants to see it, and a short one is not sent', async () => {
    const { page, asked } = await open({ view: signedOut({ found }) })
    await page.getByRole('button', { name: /Drawing office/ }).click()
    await fill(page, 'Alice', 'short')
    const password = page.getByLabel('Password', { exact: true })
    expect(await password.getAttribute('type')).to.equal('password')
    await page.getByLabel('Show password').check()
    expect(await password.getAttribute('type')).to.equal('text')
    await page.getByRole('button', { name: 'Create account' }).click()
    type Field = { validity: { tooShort: boolean } }
    expect(await password.evaluate((field) => (field as unknown as Field).validity.tooShort)).to.equal(true)
    expect(await asked('register')).to.deep.equal([])
  })

  it('a typed address or invite is used as it was typed', async () => {
    const { page, asked } = await open({ view: signedOut(), answers: { login: { answer: me } } })
    await page.getByLabel('Address or invite').fill(' 10.1.2.3:7000 ')
    await page.getByLabel('Address or invite').press('Enter')
    await page.getByRole('heading', { name: 'Join Workshop' }).waitFor()
    await page.getByText('10.1.2.3:7000').waitFor()
    await page.getByRole('radio', { name: 'Sign in' }).check()
    await fill(page, 'Alice', 'x')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await until('the host was asked', async () => (await asked('login')).length === 1)
    expect(await asked('login')).to.deep.equal([['10.1.2.3:7000', 'Alice', 'x']])
  })

  it('the interface in use is named, and another can be insisted on', async () => {
    const { page, asked, emit } = await open({ view: signedOut() })
    await page.getByText('eth0 · 192.168.1.31 · automatic').waitFor()
    await page.getByRole('button', { name: 'Change the network interface' }).click()
    await page.getByText('Virtual machines or containers on this computer').waitFor()
    await page.getByRole('radio', { name: /wlan0/ }).check()
    expect(await asked('chooseInterface')).to.deep.equal([['wlan0']])
    const { settings, interfaces } = signedOut()
    await emit(
      'interfaces',
      interfaces.map((one) => ({ ...one, chosen: one.name === 'wlan0' })),
    )
    await emit('settings', { ...settings, interface: 'wlan0' })
    await page.keyboard.press('Escape')
    await page.getByText('wlan0 · 192.168.1.77', { exact: true }).waitFor()
  })

  it('a registry started on this computer shows its address, fingerprint, invite and log, and can be joined and stopped', async () => {
    const people = [
      { name: 'Alice', online: true },
      { name: 'Bob', online: false, lastSeen: 0 },
    ]
    const { page, asked, emit } = await open({ view: signedOut(), answers: { hostedPeople: { answer: people } } })
    await page.getByRole('switch', { name: 'Start a registry on this computer' }).click()
    await until('the host was asked', async () => (await asked('startRegistry')).length === 1)
    expect(await asked('startRegistry')).to.deep.equal([['Alice’s team']])
    await emit('hosted', { state: 'starting', name: 'Workshop', log: [] })
    expect(await page.getByRole('button', { name: 'Starting…' }).isDisabled()).to.equal(true)
    await emit('hosted', running)
    expect(await page.getByLabel('address', { exact: true }).inputValue()).to.equal('192.168.1.31:6784')
    await page.getByRole('img', { name: 'QR code of the invite' }).waitFor()
    await page.getByText('1 person online of 2').waitFor()
    await page.getByText('Fingerprint', { exact: true }).click()
    await page.getByText('3FA9').waitFor()
    await page.getByRole('button', { name: 'Copy invite' }).click()
    await page.getByRole('status').getByText('Copied').waitFor()
    await page.getByText('Log', { exact: true }).click()
    await page.getByText('bob registered').waitFor()
    await page.getByText('Give it another name').click()
    await page.getByLabel('Name of the registry').fill('Kitchen')
    await page.getByRole('button', { name: 'Rename' }).click()
    await until('it was asked', async () => (await asked('startRegistry')).length === 2)
    await page.getByRole('button', { name: 'Stop registry' }).click()
    expect(await asked('stopRegistry')).to.have.length(1)
    await page.getByRole('button', { name: 'Join this registry' }).click()
    await page.getByRole('heading', { name: 'Join Workshop' }).waitFor()
  })

  it('the name the computer knows is suggested, and typing puts another in its place', async () => {
    const { page } = await open({ view: signedOut({ found, suggestedName: 'Fatima' }) })
    await page.getByRole('button', { name: /Drawing office/ }).click()
    expect(await page.getByLabel('Your name').inputValue()).to.equal('Fatima')
    await page.keyboard.type('Zoë')
    expect(await page.getByLabel('Your name').inputValue()).to.equal('Zoë')
  })

  it('an invite the app was opened with is at hand at once, also for somebody signed in, who can go back', async () => {
    const link = `optichat://10.0.0.7:6784/?fp=${FINGERPRINT}&name=Attic`
    const { page, asked } = await open({ view: signedIn({ link }) })
    await page.getByRole('heading', { name: 'Join Attic' }).waitFor()
    expect(await asked('takeLink')).to.have.lengthOf(1)
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('textbox', { name: 'Message' }).waitFor()
  })

  it('where new people need an invitation, its code is asked for and goes along', async () => {
    const error = { code: 'invite-refused' as const, message: 'No.', next: '' }
    const { page, asked } = await open({ view: signedOut({ found }), answers: { register: { error } } })
    await page.getByRole('button', { name: /Drawing office/ }).click()
    await fill(page, 'Alice', 'correct horse')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByLabel('Invitation code').fill('ab12')
    await page.getByRole('button', { name: 'Create account' }).click()
    await until('the host was asked again', async () => (await asked('register')).length === 2)
    expect((await asked('register'))[1]?.[0]).to.equal('optichat://192.168.1.44:6784/?code=ab12')
  })

  it('a registry one is signed in at is entered by one click, and the doctor can be asked when none is found', async () => {
    const registries = [{ id: 'r2', name: 'Attic', host: '10.0.0.7', port: 6784, user: 'Alice', current: false }]
    const { page, asked, emit } = await open({ view: signedOut({ registries }) })
    await page.getByRole('button', { name: 'Find out why' }).click()
    expect(await asked('examine')).to.deep.equal([[null]])
    const check = { id: 'interfaces' as const, state: 'running' as const }
    await emit('doctor', { state: 'running', registry: null, peer: null, checks: [check], findings: [] })
    await page.getByRole('dialog', { name: 'Connection check' }).waitFor()
    await page.getByText('The network interfaces of this computer').waitFor()
    const commands = [{ system: 'linux' as const, lines: [{ typed: 'ip link' }] }]
    const fix = { code: 'connect-network' as const, where: 'here' as const, values: {}, commands }
    const finding = {
      code: 'no-network' as const,
      check: 'interfaces' as const,
      severity: 'blocks' as const,
      values: {},
    }
    await emit('doctor', { state: 'done', registry: null, peer: null, checks: [check], findings: [{ ...finding, fixes: [fix] }] })
    await page.getByText('This computer is connected to no network.').waitFor()
    await page.getByText('plug in the cable or join the Wi-Fi').waitFor()
    await page.keyboard.press('Escape')
    await until('it was put away', async () => (await asked('stopExamining')).length === 1)
    await page.getByRole('button', { name: /Attic/ }).click()
    expect(await asked('switchRegistry')).to.deep.equal([['r2']])
  })

  it('a registry that could not start says why, beside the button', async () => {
    const error = { code: 'port-taken' as const, message: 'The port is used by another program.', next: 'Choose another port.' }
    const { page } = await open({ view: signedOut({ hosted: { state: 'failed', name: 'Workshop', error, log: [] } }) })
    await page.getByRole('switch', { name: 'Start a registry on this computer' }).click()
    await page.getByRole('alert').getByText('The port is used by another program on this computer.').waitFor()
    expect(await page.getByRole('button', { name: 'Start registry' }).isEnabled()).to.equal(true)
  })
})
