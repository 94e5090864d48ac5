import { expect } from 'chai'
import { startRegistry } from '../../core/registry/registry.ts'
import { passwordOf, startTeam, type Team } from '../support/people.ts'
import { until } from '../support/wait.ts'

describe('a person at several registries', () => {
  let team: Team<'alice'>
  let other: Awaited<ReturnType<typeof startRegistry>>

  before(async () => {
    team = await startTeam(['alice'])
    other = await startRegistry({ data: `${team.folder}/other`, name: 'Other', port: 0, host: '127.0.0.1', log: () => undefined })
  })

  after(async () => {
    await team.close()
    await other.close()
  })

  it('stays signed in at each, and goes from one to the other without a password', async () => {
    const { alice } = team.people
    const here = alice.registry?.id ?? ''
    await alice.register({ host: '127.0.0.1', port: other.port }, 'Alicia', passwordOf('alice'))
    const there = alice.registry?.id ?? ''
    const known = () => alice.accounts().map(({ registry, user, current }) => [registry.name, user.name, current])
    expect(known()).to.deep.equal([
      ['Other', 'Alicia', true],
      ['Team', 'alice', false],
    ])
    expect((await alice.switchTo(here)).name).to.equal('alice')
    await until('alice is online at the first', () => alice.connection.at === 'online')
    expect(alice.me?.name).to.equal('alice')
    expect((await alice.switchTo(there)).name).to.equal('Alicia')
    await until('alice is online at the other', () => alice.connection.at === 'online')
    expect(alice.roster().map(({ name }) => name)).to.deep.equal(['Alicia'])
  })

  it('signing out forgets that one only, and one that was left cannot be gone to', async () => {
    const { alice } = team.people
    const there = alice.registry?.id ?? ''
    await alice.logout()
    expect(alice.me).to.equal(null)
    const [left] = alice.accounts()
    expect([left?.registry.name, left?.current]).to.deep.equal(['Team', false])
    const refused = await alice.switchTo(there).then(
      () => null,
      (error) => error.code,
    )
    expect(refused).to.equal('not-signed-in')
    await alice.switchTo(left?.registry.id ?? '')
    await until('alice is online at the first', () => alice.connection.at === 'online')
  })
})
