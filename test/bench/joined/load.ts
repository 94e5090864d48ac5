/** Five thousand clients on one registry, and the storm after it was killed: only OptiChat. */
import type { Row } from '../bench.ts'
import type { LoadReport } from '../load.ts'
import type { Joined } from './joined.ts'

export const load: Joined = {
  name: 'load',
  program: 'load',
  takesRounds: false,
  usual: [],
  minutes: 3,
  quick: ['--clients', '200', '--storm', '50', '--messages', '10'],
  file: 'bench-load.json',
  rows(told) {
    const { signIn, storm, memory, readyAfterKill, problems } = told as unknown as LoadReport
    const work = `${signIn.clients.toLocaleString('en')} clients, ${storm.clients.toLocaleString('en')} at once after a kill -9`
    const row = (measure: string, unit: string, value: number | null): Row[] =>
      value === null
        ? []
        : [{ section: load.name, work, measure, unit, better: 'less', optichat: { median: value, least: value, most: value } }]
    return [
      ...row('registry’s CPU to sign one in', 'ms', signIn.cpu),
      ...row('memory of an idle client', 'KiB', memory?.kibPerClient ?? null),
      ...row('kill -9 to ready', 'ms', readyAfterKill),
      ...row('back in the storm: median', 'ms', storm.median),
      ...row('back in the storm: longest', 'ms', storm.longest),
      ...row('problems', '', problems.length),
    ]
  },
}
