/** Answers doctors on this host until it is ended, and says how often it was asked about the port. */
import { answerDoctors } from '../../discovery/doctor/answer.ts'

let asked = 0
const answering = answerDoctors({
  fingerprint: 'ab'.repeat(32),
  openToOthers: async () => {
    asked += 1
    return true
  },
})
process.once('SIGTERM', async () => {
  await answering.stop()
  process.stdout.write(`${JSON.stringify({ asked })}\n`)
})
process.stdout.write('answers\n')
