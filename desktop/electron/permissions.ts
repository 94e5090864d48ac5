import { session } from 'electron'

/** A chat window needs no camera, no place and no devices: everything is refused but copying text at a person's click. */
export function denyPermissions(): void {
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === 'clipboard-sanitized-write'))
  defaultSession.setPermissionCheckHandler((_contents, permission) => permission === 'clipboard-sanitized-write')
  defaultSession.setDevicePermissionHandler(() => false)
}
