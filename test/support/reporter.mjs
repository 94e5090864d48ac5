/** Mocha's readable report, and for test/run.mjs the counts in the file that OPTICHAT_TEST_RESULT names. */
import { renameSync, writeFileSync } from 'node:fs'
import Mocha from 'mocha'

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options)
    const file = process.env.OPTICHAT_TEST_RESULT
    if (!file) return
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats
      writeFileSync(`${file}.part`, JSON.stringify({ passed: passes, failed: failures, skipped: pending }))
      renameSync(`${file}.part`, file)
    })
  }
}
