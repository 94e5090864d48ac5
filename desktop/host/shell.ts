import type { AppView, ShellWords } from '../bridge.ts'
import type { Autostart } from './autostart.ts'
import type { RunProgram } from './program.ts'

/** What the host needs of the program that shows the page, the smallest that both can give. */
export interface Shell {
  readonly kind: AppView['shell']['kind']
  /** The native dialogs, and leave for the page to name files by path; absent where a page has no business with paths. */
  readonly files?: {
    /** Absolute paths; empty when the person chose nothing. */
    pickFiles(): Promise<string[]>
    pickFolder(): Promise<string | null>
  }
  /** Opens a file or folder by the program this computer has for it. */
  open(path: string): Promise<void>
  /** Opens the desktop's file manager on a folder, or on the folder a file lies in. */
  show(path: string): Promise<void>
  /** Brings the window before the person; absent where only the page itself can. */
  raise?(): void
  /** How much there is that was not read, for the badge and the tray. */
  attention?(unread: number): void
  /** An icon that stays when the window is closed; absent where there is no such thing. */
  tray?(on: boolean): void
  /** The texts it shows, in another language from now on. */
  speak?(words: ShellWords): void
  /** Seconds since somebody last used this computer. */
  idleSeconds?(): number
  readonly autostart?: Autostart
  /** Runs a program of ours in a process of its own. Default: Node's. */
  run?: RunProgram
}
