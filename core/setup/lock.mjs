/** One set-up at a time in a checkout, whoever starts it; a lock left by a process that died is taken over. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds between looks at somebody else's lock. */
const LOOK = 100
/** Milliseconds between the owner's signs of life. */
const BEAT = 2_000
/** Milliseconds without a sign of life after which an owner that can't be asked (another machine, a reused pid) counts as gone. */
const SILENCE = 20_000

/**
 * Waits until this process holds the lock.
 * @param {string} file the lock; its folder is made
 * @param {{ waiting?(): void, silence?: number }} [options] `waiting` is called once when somebody else holds it
 * @returns {Promise<() => void>} lets it go
 */
export async function lock(file, { waiting, silence = SILENCE } = {}) {
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), at: Date.now() })
  mkdirSync(dirname(file), { recursive: true })
  let seen = { content: '', touched: 0, since: performance.now() }
  let said = false
  while (!take(file, mine)) {
    const now = look(file)
    if (now === null) continue
    if (now.content !== seen.content || now.touched !== seen.touched) seen = { ...now, since: performance.now() }
    if (dead(now.content) || performance.now() - seen.since > silence) {
      breakLock(file, now.content)
      continue
    }
    if (!said) waiting?.()
    said = true
    await wait(LOOK)
  }
  const beat = setInterval(() => touch(file), BEAT)
  beat.unref()
  return () => {
    clearInterval(beat)
    if (look(file)?.content === mine) rmSync(file, { force: true })
  }
}

function take(file, content) {
  try {
    writeFileSync(file, content, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function look(file) {
  try {
    return { content: readFileSync(file, 'utf8'), touched: statSync(file).mtimeMs }
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

function touch(file) {
  try {
    const now = new Date()
    utimesSync(file, now, now)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
  }
}

/** Whether the owner ran on this machine and runs no more. A lock that is just being written says nothing yet. */
function dead(content) {
  let owner
  try {
    owner = JSON.parse(content)
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
  if (owner.host !== hostname()) return false
  try {
    process.kill(owner.pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/** Removes a dead lock, and only that one: if a third process was quicker, its lock is put back. */
function breakLock(file, content) {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  const taken = readFileSync(aside, 'utf8')
  rmSync(aside)
  if (taken !== content) take(file, taken)
}
