/** Where things are unless a person says otherwise. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'

/** The identity's folder: --profile, OPTICHAT_PROFILE, or the user's data folder of this operating system. */
export function profileFolder(option: string | undefined, env: NodeJS.ProcessEnv): string {
  return resolve(option ?? (env.OPTICHAT_PROFILE || envPaths('optichat', { suffix: '' }).data))
}

/** A registry's folder: within the profile, so that the app hosts the same one. */
export function registryFolder(profile: string): string {
  return join(profile, 'registry')
}

/** Where received files go. */
export function downloadFolder(): string {
  return join(homedir(), 'Downloads', 'OptiChat')
}
