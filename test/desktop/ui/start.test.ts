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
    await page.getByRole('heading', { name: 'Join 10.1.2.3:7000' }).waitFor()
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
    await page.getByText('A bridge of Docker: nobody else is on it.').waitFor()
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
    const { page, asked, emit } = await open({ view: signedOut() })
    await page.getByRole('button', { name: 'Start a registry on this computer' }).click()
    await page.getByLabel('Name of the registry').fill('Workshop')
    await page.getByRole('button', { name: 'Start registry' }).click()
    await until('the host was asked', async () => (await asked('startRegistry')).length === 1)
    expect(await asked('startRegistry')).to.deep.equal([['Workshop']])
    await emit('hosted', { state: 'starting', name: 'Workshop', log: [] })
    expect(await page.getByRole('button', { name: 'Starting…' }).isDisabled()).to.equal(true)
    await emit('hosted', running)
    await page.getByText('192.168.1.31:6784', { exact: true }).waitFor()
    await page.getByText('3FA9').waitFor()
    await page.getByRole('button', { name: 'Copy invite' }).click()
    await page.getByRole('status').getByText('Copied').waitFor()
    await page.getByText('Log', { exact: true }).click()
    await page.getByText('bob registered').waitFor()
    await page.getByRole('button', { name: 'Stop registry' }).click()
    expect(await asked('stopRegistry')).to.have.length(1)
    await page.getByRole('button', { name: 'Join this registry' }).click()
    await page.getByRole('heading', { name: 'Join Workshop' }).waitFor()
  })

  it('a registry that could not start says why, beside the button', async () => {
    const error = { code: 'port-taken' as const, message: 'The port is used by another program.', next: 'Choose another port.' }
    const { page } = await open({ view: signedOut({ hosted: { state: 'failed', name: 'Workshop', error, log: [] } }) })
    await page.getByRole('button', { name: 'Start a registry on this computer' }).click()
    await page.getByRole('alert').getByText('The port is used by another program.').waitFor()
    expect(await page.getByRole('button', { name: 'Start registry' }).isEnabled()).to.equal(true)
  })
})
