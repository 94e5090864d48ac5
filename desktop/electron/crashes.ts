/** What breaks leaves a trace on this computer, and only there: lines in the log, and Chromium's dumps in `crashes/`. */
import { join } from 'node:path'
import { app, crashReporter } from 'electron'

/** Before the app is ready. */
export function watchCrashes(profile: string, write: (line: string) => void): void {
  app.setPath('crashDumps', join(profile, 'crashes'))
  crashReporter.start({ uploadToServer: false })
  app.on('render-process-gone', (_event, contents, { reason, exitCode }) => {
    write(`The page's process ended: ${reason}, exit code ${exitCode}.`)
    // It is only a view: what matters is in the host, so it is shown anew.
    if (reason !== 'clean-exit') contents.reload()
  })
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    write(`A process (${type}) ended: ${reason}, exit code ${exitCode}.`),
  )
  process.on('uncaughtExceptionMonitor', (error) => write(`The app broke: ${error.stack ?? error.message}`))
}
