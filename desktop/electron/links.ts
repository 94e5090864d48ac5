/** `optichat://` links: this app is asked for them, whichever way the system brings them. */
import { app } from 'electron'
import { fromSource } from '../host/installation.ts'

export function claimLinks(): void {
  // In a checkout a link would need this very command line to come back; an installed app is known to the system.
  if (app.isPackaged && !fromSource) app.setAsDefaultProtocolClient('optichat')
}

/** The invite among a program's arguments. The host judges it. */
export const linkIn = (args: readonly string[]): string | undefined => args.find((one) => /^optichat:/i.test(one))

/** While the app runs: from macOS by an event, elsewhere by a second start of the app, which ends at once. */
export function onLink(open: (link: string) => void): void {
  app.on('open-url', (event, url) => {
    event.preventDefault()
    open(url)
  })
  app.on('second-instance', (_event, args) => {
    const link = linkIn(args)
    if (link) open(link)
  })
}
