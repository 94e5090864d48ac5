/** The few texts that are not on the page: the tray's, the menus'. The shell has them of the page, in its language. */
import type { ShellWords } from '../bridge.ts'
import { msg } from './i18n/text.ts'

export const shellWords = (): ShellWords => ({
  open: msg('Open OptiChat'),
  quit: msg('Quit'),
  settings: msg('Settings'),
  about: msg('About OptiChat'),
  file: msg('File'),
  edit: msg('Edit'),
  view: msg('View'),
  window: msg('Window'),
  help: msg('Help'),
  logs: msg('Show the log'),
  unread: msg('not read'),
})
