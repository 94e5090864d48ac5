/** The registry that an administrator means. */
import { resolve } from 'node:path'
import type { OptionSpec } from '../../command.ts'
import { registryFolder } from '../../folders.ts'

export const DATA = {
  type: 'string',
  value: 'DIR',
  text: 'the registry’s data folder',
  default: 'registry/ in the profile',
} as const satisfies OptionSpec

/** The absolute path of the data folder. */
export function dataFolder(context: { readonly options: { readonly data?: string }; readonly profile: string }): string {
  return resolve(context.options.data ?? registryFolder(context.profile))
}
