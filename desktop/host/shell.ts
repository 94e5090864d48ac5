import type { AppView } from '../bridge.ts'

/** What the host needs of the program that shows the page, the smallest that both can give. */
export interface Shell {
  readonly kind: AppView['shell']['kind']
  /** The native dialogs, and leave for the page to name files by path; absent where a page has no business with paths. */
  readonly files?: {
    /** Absolute paths; empty when the person chose nothing. */
    pickFiles(): Promise<string[]>
    pickFolder(): Promise<string | null>
  }
  /** Opens the desktop's file manager on a folder, or on the folder a file lies in. */
  show(path: string): Promise<void>
}
