/** What an operating system needs to know to keep a registry running: printed, never installed. */
import { userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UsageError } from './command.ts'
import { launchdUnit } from './service-unit-launchd.ts'
import { systemdUnit } from './service-unit-systemd.ts'
import { windowsUnit } from './service-unit-windows.ts'

export interface Service {
  /** Absolute paths of Node and of the built command, and what follows them: `registry 6784 --data=…`. */
  readonly command: readonly [node: string, main: string, ...args: string[]]
  /** The data folder, absolute. */
  readonly data: string
  readonly port: number
  /** Who it runs as; with its domain on Windows. */
  readonly user: string
  /** Absolute. */
  readonly home: string
}

const UNITS = { systemd: systemdUnit, launchd: launchdUnit, windows: windowsUnit } as const

const SERVICE_KINDS = Object.keys(UNITS)

/**
 * The unit's text.
 * @throws UsageError for a kind that is none and for control characters in a path or a name, which no unit could quote
 */
export function serviceUnit(kind: string, service: Service): string {
  const unit = Object.hasOwn(UNITS, kind) ? UNITS[kind as keyof typeof UNITS] : undefined
  if (!unit) throw new UsageError(`--print-service takes ${SERVICE_KINDS.join(', ')}, not "${kind}".`)
  const strange = [...service.command, service.data, service.user, service.home].find((text) =>
    /[\p{Cc}\p{Zl}\p{Zp}\ufffe\uffff]|\p{Cs}/u.test(text),
  )
  if (strange !== undefined) throw new UsageError(`A service cannot have line breaks or control characters in "${strange}".`)
  return unit(service)
}

export interface Wanted {
  /** Options of `optichat registry` that the service gets. */
  readonly options: Readonly<Record<string, unknown>>
  readonly data: string
  readonly port: number
}

/** The service of this machine, this user and this Node that runs a registry with these options. */
export function thisService({ options, data, port }: Wanted, env: NodeJS.ProcessEnv): Service {
  const { username, homedir } = userInfo()
  const here = dirname(fileURLToPath(import.meta.url))
  const main = import.meta.url.endsWith('.ts') ? resolve(here, '../../dist/core/cli/main.js') : join(here, 'main.js')
  const passed = Object.entries(options).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : typeof value === 'string' ? [`--${name}=${value}`] : [],
  )
  return {
    command: [process.execPath, main, 'registry', String(port), `--data=${data}`, ...passed],
    data,
    port,
    user: process.platform === 'win32' && env.USERDOMAIN ? `${env.USERDOMAIN}\\${username}` : username,
    home: homedir,
  }
}
