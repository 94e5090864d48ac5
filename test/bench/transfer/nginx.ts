import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createIdentity } from '../../../core/identity/certificate.ts'
import { type CarrierGroup, hasProgram, run, serve } from './carrier.ts'

const PORT = 42_443

/** curl from nginx over TLS 1.3: one stream, no hash, the fastest that most people have. */
export async function nginxPeers(folder: string): Promise<CarrierGroup | null> {
  if (!hasProgram('nginx') || !hasProgram('curl')) return null
  const { key, certificate } = await createIdentity('bench')
  writeFileSync(join(folder, 'key.pem'), key)
  writeFileSync(join(folder, 'certificate.pem'), certificate)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; user root; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events {}
http { access_log off; sendfile on; ${temporary}
  server { listen 127.0.0.1:${PORT} ssl; ssl_certificate ${folder}/certificate.pem; ssl_certificate_key ${folder}/key.pem;
    ssl_protocols TLSv1.3; root /; } }
`,
  )
  const server = await serve('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], PORT)
  return {
    peers: [
      {
        name: 'curl ← nginx https',
        takes: ['large'],
        bring: (source, into) => run('curl', ['-sk', '-o', join(into, basename(source)), `https://127.0.0.1:${PORT}${source}`]),
      },
    ],
    close: () => server.close(),
  }
}
