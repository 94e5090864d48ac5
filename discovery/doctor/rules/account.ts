/** Whether it is the right registry, whether it knows this device, and whether the two clocks agree. */
import type { Evidence } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise, setClock } from '../fixes.ts'
import { finding, quoted } from './said.ts'

/** Milliseconds by which two clocks may differ before it shows in what people read. */
const CLOCK_TOLERANCE = 60_000

/** A fingerprint as people compare it. */
const grouped = (fingerprint: string) => fingerprint.match(/.{1,4}/g)?.join(' ') ?? ''

export function certificateRules({ meeting, target, me, wanted }: Evidence): Finding[] {
  if (!meeting?.met || !target) return []
  const { fingerprint, trusted, id } = meeting
  const name = quoted(meeting.name)
  if (!trusted) {
    const expected = target.pin ?? ''
    const values = { name, fingerprint, expected }
    const compare = advise('here', `Ask whoever runs the registry for its fingerprint. It shows now: ${grouped(fingerprint)}`)
    if (target.known !== null && target.known.id !== id)
      return [
        finding(
          'other-registry',
          'certificate',
          'blocks',
          `Another registry (${name}) answers at ${quoted(target.host)} than the one this device knows (${quoted(target.known.name)}).`,
          values,
          [
            advise(
              'here',
              `If it was set up anew, sign in to it as to a new one, with its invite; if not, find out where ${quoted(target.known.name)} is now.`,
            ),
            compare,
          ],
        ),
      ]
    return [
      finding(
        'certificate-changed',
        'certificate',
        'blocks',
        `The registry at ${quoted(target.host)} shows another certificate than ${target.known ? 'before' : 'its invite names'}.`,
        values,
        [
          advise(
            'here',
            'Do not go on before you know why: somebody may be in between. It is harmless only if the registry’s keys were made anew.',
          ),
          compare,
        ],
      ),
    ]
  }
  const proven = target.pin !== null
  return [
    finding(
      proven ? 'certificate-fine' : 'certificate-unproven',
      'certificate',
      'fine',
      proven
        ? 'The registry shows the certificate that is expected of it.'
        : `The registry shows a certificate that was not seen before: ${grouped(fingerprint)}`,
      { fingerprint },
      proven
        ? []
        : [advise('here', 'Compare it with what whoever runs the registry sees; sign-in finds out by itself if somebody is in between.')],
    ),
    ...account(meeting.user, me, name, wanted),
  ]
}

function account(user: string | null, me: string | null, name: string, wanted: string | null): Finding[] {
  if (user !== null) return []
  if (me === null)
    return [
      finding(
        'not-signed-in',
        'certificate',
        wanted === null ? 'fine' : 'blocks',
        'Nobody is signed in on this profile, so the way to other people is not looked at.',
        {},
        [advise('here', 'Sign in, then run the doctor again.')],
      ),
    ]
  return [
    finding(
      'device-signed-out',
      'certificate',
      'blocks',
      `The registry ${name} does not know this device of ${quoted(me)} any more.`,
      { name },
      [advise('here', 'Sign in again with your password.')],
    ),
  ]
}

export function clockRules({ ahead, system }: Evidence): Finding[] {
  if (ahead === undefined) return []
  const seconds = Math.round(ahead / 1_000)
  if (Math.abs(ahead) <= CLOCK_TOLERANCE)
    return [finding('clock-fine', 'clock', 'fine', 'The clocks of this computer and of the registry agree.', { seconds })]
  return [
    finding(
      'clock-off',
      'clock',
      'hinders',
      `The clock of this computer is ${duration(Math.abs(seconds))} ${seconds > 0 ? 'ahead of' : 'behind'} the registry’s: times of messages look wrong.`,
      { seconds },
      [setClock(system)],
    ),
  ]
}

function duration(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ] as const
  const [size, unit] = units.find(([least]) => seconds >= 2 * least) ?? [1, 'second']
  return `${Math.round(seconds / size)} ${unit}s`
}
