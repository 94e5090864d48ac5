/** The ranking on real computers' answers: fixtures/ has what the system and systeminformation said on each. */
import { readdirSync, readFileSync } from 'node:fs'
import type { NetworkInterfaceInfo } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Systeminformation } from 'systeminformation'
import { combine, factsOf } from '../../discovery/facts.ts'
import { rank } from '../../discovery/ranking.ts'
import { reasonOf } from '../../discovery/ranking-words.ts'
import { reportOf } from '../../discovery/system-report.ts'

interface Laptop {
  readonly about: string
  readonly platform: NodeJS.Platform
  readonly gateway: string
  readonly expect: { readonly accepted: string[]; readonly reasons: Record<string, string> }
  readonly os: Record<string, NetworkInterfaceInfo[]>
  readonly systeminformation: Systeminformation.NetworkInterfacesData[]
}

const FOLDER = join(import.meta.dirname, 'fixtures')
const laptops = readdirSync(FOLDER).map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Laptop)

describe('the interfaces that are used', () => {
  for (const laptop of laptops) {
    it(`lead to the people in the room: ${laptop.about}`, () => {
      const facts = factsOf(laptop.os, new Set(), laptop.platform)
      const ranked = rank(combine(facts, reportOf(laptop.systeminformation, laptop.gateway)))
      expect(ranked.filter(({ accepted }) => accepted).map(({ name }) => name)).to.deep.equal(laptop.expect.accepted)
      for (const [name, reason] of Object.entries(laptop.expect.reasons))
        expect(ranked.filter((one) => one.name === name).map(reasonOf)[0], name).to.match(new RegExp(reason))
      for (const { name } of ranked) {
        const chosen = rank(combine(facts, reportOf(laptop.systeminformation, laptop.gateway)), name)
        if (laptop.expect.accepted.includes(name)) expect(chosen[0]).to.include({ name, chosen: true })
        else expect(chosen[0]).to.include({ name: laptop.expect.accepted[0] })
      }
    })

    it(`are the same before systeminformation has answered: ${laptop.about}`, () => {
      const accepted = rank(factsOf(laptop.os, new Set(), laptop.platform)).filter((one) => one.accepted)
      expect(accepted.map(({ name }) => name)).to.have.members(laptop.expect.accepted)
      expect(accepted[0]?.name).to.not.match(/^(docker|veth|br-|tun|wg|zt|virbr|bnep|awdl)|vEthernet|Bluetooth/)
    })
  }

  it('are told by a zone that the system understands: a name, or on Windows a number', () => {
    const zones = (file: string) => {
      const { os, platform } = JSON.parse(readFileSync(join(FOLDER, `${file}.json`), 'utf8')) as Laptop
      return factsOf(os, new Set(), platform).map(({ zone }) => zone)
    }
    expect(zones('windows-hyper-v-wsl-vpn')).to.include('14')
    expect(zones('linux-ipv6-only')).to.include('enp5s0')
  })
})
