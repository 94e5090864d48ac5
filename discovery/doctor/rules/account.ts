/** Whether it is the right registry, whether it knows this device, and whether the two clocks agree. */
import type { Evidence } from '../evidence.ts'
import type { Finding } from '../finding.ts'
import { advise, setClock } from '../fixes.ts'
import { finding, quoted } from './said.ts'

/** Milliseconds by which two clocks may differ before it shows in what people read. */
const CLOCK_TOLERANCE = 60_000

export function certificateRules({ meeting, target, me, wanted }: Evidence): Finding[] {
  if (!meeting?.met || !target) return []
  const { fingerprint, trusted, id } = meeting
  const name = quoted(meeting.name)
  if (!trusted) {
    const values = { host: quoted(target.host), name, fingerprint, expected: target.pin ?? '' }
    const compare = advise('here', 'compare-fingerprint', { fingerprint })
    if (target.known !== null && target.known.id !== id) {
      const known = quoted(target.known.name)
      return [
        finding('other-registry', 'certificate', 'blocks', { ...values, known }, [advise('here', 'sign-in-anew', { known }), compare]),
      ]
    }
    const from = target.known ? 'before' : 'invite'
    return [finding('certificate-changed', 'certificate', 'blocks', { ...values, from }, [advise('here', 'do-not-go-on'), compare])]
  }
  return [
    target.pin !== null
      ? finding('certificate-fine', 'certificate', 'fine', { fingerprint })
      : finding('certificate-unproven', 'certificate', 'fine', { fingerprint }, [advise('here', 'compare-with-owner')]),
    ...account(meeting.user, me, name, wanted),
  ]
}

function account(user: string | null, me: string | null, name: string, wanted: string | null): Finding[] {
  if (user !== null) return []
  if (me === null) return [finding('not-signed-in', 'certificate', wanted === null ? 'fine' : 'blocks', {}, [advise('here', 'sign-in')])]
  return [finding('device-signed-out', 'certificate', 'blocks', { name, user: quoted(me) }, [advise('here', 'sign-in-again')])]
}

export function clockRules({ ahead, system }: Evidence): Finding[] {
  if (ahead === undefined) return []
  const seconds = Math.round(ahead / 1_000)
  if (Math.abs(ahead) <= CLOCK_TOLERANCE) return [finding('clock-fine', 'clock', 'fine', { seconds })]
  return [finding('clock-off', 'clock', 'hinders', { seconds }, [setClock(system)])]
}
