/** A registry in a process of its own, to be killed: `data` as the one argument; says its port and its log lines. */
import { startRegistry } from '../../../core/registry/registry.ts'

const say = (what: object) => process.send?.(what)

const registry = await startRegistry({
  data: process.argv[2] ?? '',
  name: 'Killed',
  port: 0,
  host: '127.0.0.1',
  log: (line) => say({ line }),
})
say({ port: registry.port, id: registry.id, fingerprint: registry.fingerprint })
