/** An app that hosts a registry on loopback until it is killed: `hosting.script.ts PROFILE PORT`; a line says when it is ready. */
import { openHost } from '../../../desktop/host/host.ts'

const [profile = '', port = ''] = process.argv.slice(2)
const host = await openHost({
  profile,
  shell: { kind: 'browser', open: async () => undefined, show: async () => undefined },
  discovery: false,
  registryPort: Number(port),
  log: (line) => process.stderr.write(`${line}\n`),
})
await host.call('view', [])
const interfaces = () =>
  host.call('chooseInterface', ['lo']).then(
    () => true,
    () => false,
  )
while (!(await interfaces())) await new Promise((resolve) => setTimeout(resolve, 50))
await host.call('startRegistry', ['Short-lived'])
process.stdout.write('ready\n')
