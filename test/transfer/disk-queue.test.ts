import { expect } from 'chai'
import type { OptiChatError } from '../../core/protocol/errors.ts'
import { DiskQueue } from '../../core/transfer/disk-queue.ts'
import { DISK_POLL } from '../../core/transfer/limits.ts'
import { until } from '../support/wait.ts'
import { Stage } from './pair.ts'
import { VirtualClock } from './virtual-clock.ts'

describe('blocks on their way to the disk', () => {
  let stage: Stage
  let clock: VirtualClock
  let queue: DiskQueue
  let told: string[]
  beforeEach(() => {
    stage = new Stage()
    clock = new VirtualClock()
    told = []
    queue = new DiskQueue({
      clock,
      into: stage.folder(),
      lacking: () => 1,
      written: () => told.push('written'),
      full: (error) => told.push(error.code),
      room: () => told.push('room'),
      failed: (error: OptiChatError) => told.push(error.code),
    })
  })
  afterEach(() => stage.close())

  const fault = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' })

  it('are written as they come', () => {
    const done: number[] = []
    for (let n = 0; n < 3; n++) {
      queue.add(() => {
        done.push(n)
        return null
      })
      expect(queue.length).to.equal(0)
    }
    expect(done).to.deep.equal([0, 1, 2])
    expect(told).to.deep.equal(['written', 'written', 'written'])
  })

  it('wait for the one that is on its way, and are told when they are there', async () => {
    const ends: (() => void)[] = []
    for (let n = 0; n < 2; n++) queue.add(() => new Promise((resolve) => ends.push(resolve)))
    expect(queue).to.include({ isFull: false, length: 2 })
    expect(ends).to.have.length(1)
    ends[0]?.()
    await until('the next one begins', () => ends.length === 2)
    expect(queue.length).to.equal(1)
    ends[1]?.()
    await until('both are there', () => told.length === 2)
    expect(queue.length).to.equal(0)
  })

  it('are tried again when the disk turns out to be full while one is on its way, and there is room only when none waits', async () => {
    let isFull = true
    const done: number[] = []
    for (let n = 0; n < 2; n++) {
      queue.add(async () => {
        await Promise.resolve()
        if (isFull) throw fault('ENOSPC')
        done.push(n)
      })
    }
    await until('it is told', () => told.length === 1)
    expect(told).to.deep.equal(['disk-full'])
    isFull = false
    clock.pass(DISK_POLL)
    await until('there is room', () => told.includes('room'))
    expect(done).to.deep.equal([0, 1])
    expect(told).to.deep.equal(['disk-full', 'written', 'written', 'room'])
  })

  it('are not told of once the transfer has ended while one was on its way', async () => {
    let end: (error: Error | null) => void = () => undefined
    const way = new Promise<void>((resolve, reject) => {
      end = (error) => (error ? reject(error) : resolve())
    })
    queue.add(() => way)
    queue.end()
    end(fault('EIO'))
    await way.catch(() => undefined)
    expect(told).to.deep.equal([])
  })

  it('are all written when the transfer is cut off, so that they need not come again', async () => {
    const ends: (() => void)[] = []
    for (let n = 0; n < 2; n++) queue.add(() => new Promise((resolve) => ends.push(resolve)))
    let isDrained = false
    const drained = queue.drain().then(() => {
      isDrained = true
    })
    ends[0]?.()
    await until('the next one begins', () => ends.length === 2)
    expect(isDrained).to.equal(false)
    ends[1]?.()
    await drained
    expect(queue.length).to.equal(0)
  })

  it('are given up when the transfer is cut off and the disk fails or is full', async () => {
    queue.add(() => Promise.reject(fault('ENOSPC')))
    queue.add(() => Promise.reject(fault('ENOSPC')))
    await queue.drain()
    expect(told).to.deep.equal([])
    clock.pass(DISK_POLL)
    expect(told, 'nobody looks for room').to.deep.equal([])
  })

  it('wait while the disk is full, and are tried again, the one that failed first', async () => {
    let isFull = true
    const done: number[] = []
    for (let n = 0; n < 3; n++) {
      queue.add(() => {
        if (isFull) throw fault('ENOSPC')
        done.push(n)
        return null
      })
    }
    await until('it is told', () => told.length === 1)
    expect(queue).to.include({ isFull: true, length: 3 })
    clock.pass(DISK_POLL)
    await until('it was tried in vain and waits again', () => clock.isDueIn(DISK_POLL))
    expect(told, 'told once').to.deep.equal(['disk-full'])
    isFull = false
    clock.pass(DISK_POLL)
    await until('there is room', () => told.includes('room'))
    expect(done).to.deep.equal([0, 1, 2])
    expect(queue).to.include({ isFull: false, length: 0 })
  })

  it('are given up when the disk has another fault', async () => {
    queue.add(() => {
      throw fault('EIO')
    })
    queue.add(() => {
      told.push('never')
      return null
    })
    expect(told).to.deep.equal(['folder-unwritable'])
  })

  it('are not written any more once the transfer has ended, and nobody is told', () => {
    let isFull = true
    queue.add(() => {
      if (isFull) throw fault('ENOSPC')
      told.push('never')
      return null
    })
    queue.end()
    isFull = false
    clock.pass(DISK_POLL)
    expect(told).to.deep.equal(['disk-full'])
  })
})
