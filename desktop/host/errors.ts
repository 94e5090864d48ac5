import { asOptiChatError, OptiChatError } from '../../core/protocol/errors.ts'
import type { BridgeError } from '../bridge.ts'

/** Any thrown thing as it crosses to a page: a code, a sentence, what to do next. */
export function toBridgeError(thrown: unknown): BridgeError {
  const error = asOptiChatError(thrown)
  const { code, message, next, about } = error
  return { code, message, next, ...(typeof about === 'object' ? { reason: about } : about ? { detail: about } : {}) }
}

const FILE_ERRORS: Record<string, 'disk-full' | 'folder-unwritable'> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EACCES: 'folder-unwritable',
  EPERM: 'folder-unwritable',
  EROFS: 'folder-unwritable',
  ENOTDIR: 'folder-unwritable',
  EEXIST: 'folder-unwritable',
}

/** What went wrong when writing under `path`, in our words where it is one of the known causes. */
export function writingFailed(cause: unknown, path: string): OptiChatError {
  const code = cause instanceof Error && 'code' in cause ? FILE_ERRORS[String(cause.code)] : undefined
  return code ? new OptiChatError(code, path, { cause }) : asOptiChatError(cause)
}
