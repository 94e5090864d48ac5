import { session } from 'electron'
import { PAGE } from './page-scheme.ts'

const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'notifications'])

/** A chat window needs no camera, no place and no devices: our own page may copy text and show notifications, and that is all. */
export function denyPermissions(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, permission, answer, { requestingUrl }) =>
    answer(ALLOWED.has(permission) && requestingUrl.startsWith(PAGE)),
  )
  defaultSession.setPermissionCheckHandler((_contents, permission, origin) => ALLOWED.has(permission) && `${origin}/`.startsWith(PAGE))
  defaultSession.setDevicePermissionHandler(() => false)
}
