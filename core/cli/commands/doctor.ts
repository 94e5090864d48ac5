import type { DoctorView, Finding } from '../../../discovery/doctor/finding.ts'
import { inEnglish } from '../../../discovery/doctor/words/english.ts'
import { CHECK_TITLES } from '../../../discovery/doctor/words/findings.ts'
import { chooseRegistry, REGISTRY_OPTION } from '../choose-registry.ts'
import { defineCommand } from '../command.ts'
import type { Output } from '../output.ts'
import { oneLine } from '../text.ts'

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'what works, what blocks, and what to do about it',
  usage: '[USER] [--registry HOST[:PORT]|NAME|optichat://…] [--interface IF|IP]',
  details:
    'Looks at this computer’s network, the way to the registry, its certificate, the clock, mDNS, and whether others reach this computer; with USER also at the way to that person’s computer, who must be online. Works signed out as far as that goes. Exit code 1 when something blocks.',
  options: {
    registry: REGISTRY_OPTION,
    interface: { type: 'string', value: 'IF|IP', text: 'the interface that is to be used: says so when it is not there', default: 'all' },
  },
  example: 'optichat doctor bob',
  takes: [0, 1],
  json: '{"event":"check","check","state":"running"|"done"|"skipped","millis"}, then {"event":"finding","code","check","severity":"blocks"|"hinders"|"fine","message","values","fixes":[{"where":"here"|"registry"|"peer"|"network","code","text","values","commands":[{"system","id","lines":[…]}]}]}, last {"event":"diagnosed","registry","user","blocks","hinders"} with how many of each',
  async run({ args, options, output, profile, lifetime }) {
    const { openHelp } = await import('../../client/doctor-help.ts')
    const { examine } = await import('../../../discovery/doctor/examine.ts')
    const help = await openHelp({ profile })
    try {
      const registry = options.registry === undefined ? undefined : await lifetime.race(chooseRegistry(options.registry, help.registry))
      const told = new Map<string, string>()
      const examination = examine({
        help,
        chosen: options.interface ?? null,
        peer: args[0] ?? null,
        ...(registry ? { registry } : {}),
        changed: (view) => tellChecks(output, view, told),
      })
      const view = await lifetime.race(examination.done).finally(() => examination.stop())
      for (const finding of view.findings) tellFinding(output, finding)
      return tellEnd(output, view)
    } finally {
      await help.close()
    }
  },
})

function tellChecks(output: Output, { checks }: DoctorView, told: Map<string, string>): void {
  for (const { id, state, millis } of checks) {
    if (state === 'waiting' || told.get(id) === state) continue
    told.set(id, state)
    output.tell({ event: 'check', check: id, state, millis: millis ?? null })
    if (state === 'running') output.progress(`looking at ${CHECK_TITLES[id]} …`)
  }
}

const MARKS: Readonly<Record<Finding['severity'], string>> = { blocks: 'BLOCKS ', hinders: 'hinders', fine: 'fine   ' }
const INDENT = ' '.repeat(9)
function tellFinding(output: Output, found: Finding): void {
  const finding = inEnglish(found)
  const { code, severity, message, fixes } = finding
  const lines = [`${MARKS[severity]}  ${oneLine(message)} [${code}]`]
  for (const { text, commands } of fixes) {
    lines.push(`${INDENT}- ${oneLine(text)}`)
    for (const { system, lines: typed } of commands)
      lines.push(`${INDENT}  ${system}:`, ...typed.map((line) => `${INDENT}    ${oneLine(line)}`))
  }
  output.tell({ event: 'finding', ...finding }, lines.join('\n'))
}

function tellEnd(output: Output, { registry, peer, findings }: DoctorView): number {
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length
  const [blocks, hinders] = [count('blocks'), count('hinders')]
  output.tell(
    { event: 'diagnosed', registry, user: peer, blocks, hinders },
    blocks > 0 ? 'Something blocks: see above what to do about it.' : hinders > 0 ? 'It works; what hinders is above.' : 'All is well.',
  )
  return blocks > 0 ? 1 : 0
}
