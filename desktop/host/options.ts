/** What can be said to the app when it is started; both shells and `npm start` read it here. */
import { parseArgs } from 'node:util'
import envPaths from 'env-paths'
import { complaint } from '../../core/cli/parse.ts'

export interface AppOptions {
  readonly profile: string
  readonly discovery: boolean
  /** False: only print the link. */
  readonly window: boolean
  /** Not Electron, even where it is installed. */
  readonly browser: boolean
  /** Starts in the tray, where there is one. */
  readonly hidden: boolean
  /** An invite to join. */
  readonly link: string | undefined
  readonly help: boolean
}

export const USAGE = `OptiChat: the app.

Usage: npm start -- [OPTIONS] [INVITE]

  --profile DIR    keep identity, history and settings there; several profiles are several people on one machine
                   (else OPTICHAT_PROFILE, else this person's usual place for such data)
  --browser        use a browser window even where Electron is installed
  --no-window      open nothing, print the link to open
  --no-discovery   neither search nor advertise on the network; registries are reached by a typed address
  --hidden         start in the tray, where there is one
  --help           this text

Example: npm start -- --profile /tmp/alice --no-window
`

/** @throws Error with a sentence when there is no such option. `lenient`: what is not ours is left to others (Electron's own flags). */
export function parseOptions(args: readonly string[], { lenient = false } = {}): AppOptions {
  const { values, positionals } = parsed(args, !lenient)
  const link = positionals.find((one) => /^optichat:/i.test(one))
  const strange = positionals.find((one) => one !== link)
  if (strange !== undefined && !lenient) throw new Error(`"${strange}" is no invite.`)
  return {
    profile: typeof values.profile === 'string' ? values.profile : usualProfile(),
    discovery: !values['no-discovery'] && !process.env.OPTICHAT_NO_DISCOVERY,
    window: !values['no-window'],
    browser: Boolean(values.browser),
    hidden: Boolean(values.hidden),
    link,
    help: Boolean(values.help),
  }
}

/** The folder the `optichat` command uses too. */
const usualProfile = () => process.env.OPTICHAT_PROFILE || envPaths('optichat', { suffix: '' }).data

function parsed(args: readonly string[], strict: boolean) {
  try {
    return parseArgs({
      args: [...args],
      strict,
      allowPositionals: true,
      options: {
        profile: { type: 'string' },
        browser: { type: 'boolean' },
        'no-window': { type: 'boolean' },
        'no-discovery': { type: 'boolean' },
        hidden: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw error instanceof TypeError ? new Error(complaint(error), { cause: error }) : error
  }
}
