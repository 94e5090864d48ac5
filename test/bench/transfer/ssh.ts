import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Carrier, type CarrierGroup, hasProgram, run, serve } from './carrier.ts'

const PORT = 42_022

/** scp with two ciphers, tar and rsync over ssh, against an sshd of its own with keys of its own. */
export async function sshPeers(folder: string): Promise<CarrierGroup | null> {
  if (!hasProgram('/usr/sbin/sshd') || !hasProgram('scp')) return null
  mkdirSync('/run/sshd', { recursive: true })
  const at = (name: string) => join(folder, name)
  for (const name of ['host', 'id']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)])
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${PORT}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('id.pub')}`,
      'StrictModes no',
      'PidFile none',
      'UsePAM no',
      'PermitRootLogin prohibit-password',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  )
  const server = await serve('/usr/sbin/sshd', ['-D', '-f', at('sshd_config')], PORT)
  const options = ['-i', at('id'), '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR']
  const ssh = (cipher: readonly string[]) => ['ssh', '-p', `${PORT}`, ...options, ...cipher]
  const aes = ['-c', 'aes128-gcm@openssh.com']
  const scp = (name: string, cipher: readonly string[]): Carrier => ({
    name,
    takes: ['large'],
    bring: (source, into) => run('scp', ['-q', '-r', '-P', `${PORT}`, ...options, ...cipher, `root@127.0.0.1:${source}`, into]),
  })
  const peers: Carrier[] = [
    scp('scp aes128-gcm', aes),
    scp('scp', []),
    {
      name: 'tar over ssh',
      takes: ['many'],
      bring: (source, into) =>
        run('sh', [
          '-c',
          `${ssh(aes).join(' ')} root@127.0.0.1 tar -C ${dirname(source)} -cf - ${basename(source)} | tar -C ${into} -xf -`,
        ]),
    },
  ]
  if (hasProgram('rsync')) {
    peers.push({
      name: 'rsync over ssh',
      takes: ['large', 'many'],
      bring: (source, into) => run('rsync', ['-a', '-W', '-e', ssh(aes).join(' '), `root@127.0.0.1:${source}`, into]),
    })
  }
  return { peers, close: () => server.close() }
}
