/** Where a password comes from: a file, OPTICHAT_PASSWORD, or a person at a terminal, unseen. */
import { readFileSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import { OptiChatError } from '../protocol/errors.ts'
import { UsageError } from './command.ts'

export const PASSWORD_OPTION = {
  type: 'string',
  value: 'FILE',
  text: 'takes the password from the first line of a file',
  default: 'OPTICHAT_PASSWORD, else it is asked for',
} as const

export const NEW_PASSWORD_OPTION = {
  type: 'string',
  value: 'FILE',
  text: 'takes the new password from the first line of a file',
  default: 'OPTICHAT_NEW_PASSWORD, else it is asked for, twice',
} as const

/**
 * @param options.twice ask again, so that a new password has no slip in it
 * @throws UsageError where there is nobody to ask; OptiChatError `file-unreadable`, `password-refused` when two differ, `cancelled`
 */
export async function obtainPassword(
  file: string | undefined,
  env: NodeJS.ProcessEnv,
  options: { prompt: string; twice?: boolean },
): Promise<string> {
  if (file !== undefined) return firstLine(file)
  if (env.OPTICHAT_PASSWORD) return env.OPTICHAT_PASSWORD
  if (!process.stdin.isTTY) {
    throw new UsageError('There is no terminal to ask for the password at. Give it by --password-file FILE or in OPTICHAT_PASSWORD.')
  }
  const password = await askUnseen(options.prompt)
  if (options.twice && (await askUnseen('The same again: ')) !== password) {
    throw new OptiChatError('password-refused', 'the two were not the same')
  }
  return password
}

/** The same for a new password beside the present one. */
export function obtainNewPassword(file: string | undefined, env: NodeJS.ProcessEnv, options: { prompt: string }): Promise<string> {
  if (file === undefined && !env.OPTICHAT_NEW_PASSWORD && !process.stdin.isTTY)
    throw new UsageError(
      'There is no terminal to ask for the new password at. Give it by --new-password-file FILE or in OPTICHAT_NEW_PASSWORD.',
    )
  return obtainPassword(file, { OPTICHAT_PASSWORD: env.OPTICHAT_NEW_PASSWORD }, { ...options, twice: true })
}

function firstLine(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new OptiChatError('file-unreadable', file, { cause })
  }
  return text.replace(/^\ufeff/, '').split(/\r?\n/, 1)[0] ?? ''
}

/** Asks at the terminal without showing what is typed. Ctrl-C and Ctrl-D reject with `cancelled`. */
function askUnseen(prompt: string): Promise<string> {
  const { stdin, stderr } = process
  return new Promise((resolve, reject) => {
    const decoder = new StringDecoder('utf8')
    let typed = ''
    const end = (outcome: () => void) => {
      stdin.off('data', listen).off('end', cancel)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      outcome()
    }
    const cancel = () => end(() => reject(new OptiChatError('cancelled', 'no password was given')))
    const listen = (chunk: Buffer) => {
      for (const character of decoder.write(chunk)) {
        if (character === '\r' || character === '\n') return end(() => resolve(typed))
        if (character === '\x03' || character === '\x04') return cancel()
        if (character === '\x7f' || character === '\b') typed = [...typed].slice(0, -1).join('')
        else if (character === '\x15') typed = ''
        else typed += character
      }
    }
    stderr.write(prompt)
    stdin.setRawMode(true)
    stdin.on('data', listen).on('end', cancel)
    stdin.resume()
  })
}
