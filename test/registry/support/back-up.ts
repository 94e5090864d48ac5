/** A backup made by a process of its own, as the command does: the data folder and the target as arguments. */
import { backUp } from '../../../core/registry/backup.ts'

process.send?.(await backUp(process.argv[2] ?? '', process.argv[3] ?? '', Date.now()))
