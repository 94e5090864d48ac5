/**
 * The process of a hosted registry: the `optichat` command on a leash. It stops in good order when the app asks it to (Windows
 * has no SIGTERM that could) and when the app is gone, however the app went.
 */
let told = false
const stop = () => {
  if (told) return
  told = true
  // Nobody listens yet while the command is being loaded: then there is nothing to put in order either.
  if (!process.emit('SIGTERM')) process.exit(143)
}
process.on('message', stop)
process.on('disconnect', stop)
process.channel?.unref()
// In Electron's utility process it is another door; there the process ends with the app by itself.
;(process as { parentPort?: NodeJS.EventEmitter }).parentPort?.on('message', stop)

await import('../../core/cli/main.ts')
