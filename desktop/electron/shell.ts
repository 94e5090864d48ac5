/** Electron's shell: native dialogs, and the desktop's file manager. */
import { statSync } from 'node:fs'
import { dialog, shell } from 'electron'
import { OptiChatError } from '../../core/protocol/errors.ts'
import type { Shell } from '../host/shell.ts'

export function electronShell(): Shell {
  return {
    kind: 'electron',
    files: {
      async pickFiles() {
        const { filePaths } = await dialog.showOpenDialog({ properties: ['openFile', 'multiSelections'] })
        return filePaths
      },
      async pickFolder() {
        const { filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory', 'createDirectory'] })
        return filePaths[0] ?? null
      },
    },
    async show(path) {
      const there = statSync(path, { throwIfNoEntry: false })
      if (!there) throw new OptiChatError('file-unreadable', path)
      if (!there.isDirectory()) return shell.showItemInFolder(path)
      const problem = await shell.openPath(path)
      if (problem) throw new OptiChatError('internal', `${problem}; the folder is ${path}`)
    },
  }
}
