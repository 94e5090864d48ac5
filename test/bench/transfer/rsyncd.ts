import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CarrierGroup, hasProgram, run, serve } from './carrier.ts'

const PORT = 42_873

/** rsync with its own daemon: no encryption, no hash of what moved whole. */
export async function rsyncPeers(folder: string): Promise<CarrierGroup | null> {
  if (!hasProgram('rsync')) return null
  const config = join(folder, 'rsyncd.conf')
  writeFileSync(config, 'use chroot = no\nuid = root\ngid = root\n[all]\npath = /\nread only = yes\n')
  const server = await serve('rsync', ['--daemon', '--no-detach', '--address=127.0.0.1', `--port=${PORT}`, `--config=${config}`], PORT)
  return {
    peers: [
      {
        name: 'rsync daemon (plain)',
        takes: ['large', 'many'],
        bring: (source, into) => run('rsync', ['-a', '-W', `rsync://127.0.0.1:${PORT}/all${source}`, into]),
      },
    ],
    close: () => server.close(),
  }
}
