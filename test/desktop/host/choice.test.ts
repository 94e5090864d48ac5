import { mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Clock, systemClock } from '../../../core/protocol/clock.ts'
import { type Lan, openLan } from '../../../desktop/host/lan.ts'
import { REPORT_TIMEOUT } from '../../../discovery/interfaces.ts'
import { openNetworkFile } from '../../../discovery/network-file.ts'
import { until } from '../../support/wait.ts'

describe('the choice of an interface on a computer that is slow to tell of its network', () => {
  let folder: string
  let lan: Lan
  /** One that this computer has, such as `lo`. */
  const nic = Object.keys(networkInterfaces())[0] ?? ''
  /** Reports that come too late, beginning now. */
  let late = 0
  const clock: Clock = {
    ...systemClock,
    after: (millis, run, idle) => systemClock.after(millis === REPORT_TIMEOUT && late-- > 0 ? 0 : millis, run, idle),
  }
  const start = () =>
    openLan({
      discovery: false,
      chosen: null,
      file: openNetworkFile(folder),
      clock,
      known: () => false,
      interfacesChanged: () => undefined,
      foundChanged: () => undefined,
      hostsChanged: () => undefined,
      log: () => undefined,
    })
  const open = async () => {
    lan = start()
    await lan.ready
  }
  const chosen = (at = lan) => at.interfaces.find((one) => one.chosen)?.name

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'optichat-choice-'))
  })
  afterEach(async () => {
    await lan.close()
    rmSync(folder, { recursive: true })
  })

  it('is used at once, and remembered, though which network this is was not known before', async () => {
    late = 1
    await open()
    await lan.choose(nic)
    expect([chosen(), lan.inUse]).to.deep.equal([nic, nic])
    await lan.close()
    await open()
    expect(chosen()).to.equal(nic)
  })

  it('is used as soon as the computer has told which network this is', async () => {
    late = 0
    await open()
    await lan.choose(nic)
    await lan.close()
    late = 1
    await open()
    await until('it is used', () => chosen() === nic)
  })

  it('is remembered, too, if the computer tells which network this is only after it was made', async () => {
    late = 0
    await open()
    late = 1
    await lan.choose(nic)
    await until('another start finds it', async () => {
      const another = start()
      await another.ready
      const found = chosen(another) === nic
      await another.close()
      return found
    })
    expect(chosen()).to.equal(nic)
  })
})
