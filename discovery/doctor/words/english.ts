/** A finding as the command tells it: its sentence and its fixes beside their codes, which scripts go by. */
import type { Finding, FindingCode, Fix, FixCode, FixCommands } from '../finding.ts'
import { FINDINGS } from './findings.ts'
import { FIXES, NOTES, SYSTEMS } from './fixes.ts'

/** What happened, to what: a sentence. */
const messageOf = <C extends FindingCode>({ code, values }: Finding<C>): string => FINDINGS[code](values)

/** One or two sentences. */
const textOf = <C extends FixCode>({ code, values }: Fix<C>): string => FIXES[code](values)

const commandsOf = ({ system, lines }: FixCommands) => ({
  system: SYSTEMS[system],
  id: system,
  lines: lines.map(({ typed, note }) => (note === undefined ? typed : `${typed}   # ${NOTES[note]}`)),
})

const fixOf = (fix: Fix) => ({
  where: fix.where,
  code: fix.code,
  text: textOf(fix),
  values: fix.values,
  commands: fix.commands.map(commandsOf),
})

/** As `optichat doctor --json` prints it. */
export const inEnglish = (finding: Finding) => ({
  code: finding.code,
  check: finding.check,
  severity: finding.severity,
  message: messageOf(finding),
  values: finding.values,
  fixes: finding.fixes.map(fixOf),
})
export type EnglishFinding = ReturnType<typeof inEnglish>
