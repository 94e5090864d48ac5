import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { until } from '../../support/wait.ts'
import { type CarrierGroup, hasProgram, serve } from './carrier.ts'

const KEY = 'bench'
/** A whole comparison of the slowest machine. */
const PATIENCE = 600_000

interface Instance {
  readonly home: string
  /** Where its peer finds it; its REST is at the next port. */
  readonly port: number
  readonly device: string
}

/** Two instances of syncthing that know each other, and nobody else. What is measured begins with sharing a folder: it is listed and hashed, then pulled. */
export async function syncthingPeers(folder: string): Promise<CarrierGroup | null> {
  if (!hasProgram('syncthing')) return null
  const [from, to] = [instance(join(folder, 'from'), 42_200), instance(join(folder, 'to'), 42_202)]
  const both = [from, to]
  for (const one of both) writeFileSync(join(one.home, 'config.xml'), configOf(one, both))
  const servers: { close(): void }[] = []
  const close = () => {
    for (const server of servers) server.close()
  }
  try {
    for (const { home, port } of both) {
      servers.push(await serve('syncthing', ['serve', '--home', home, '--no-browser', '--no-restart', '--no-upgrade'], port + 1))
    }
    await until('the two are connected', () => isConnected(to, from), 30_000)
  } catch (error) {
    close()
    throw error
  }
  let shares = 0
  return {
    peers: [
      {
        name: 'syncthing',
        takes: ['middle'],
        bring: async (source, into) => {
          const id = `share-${shares++}`
          const common = { id, devices: both.map(({ device }) => ({ deviceID: device })), rescanIntervalS: 0, fsWatcherEnabled: false }
          await ask(to, 'POST', 'config/folders', { ...common, type: 'receiveonly', path: into })
          await ask(from, 'POST', 'config/folders', { ...common, type: 'sendonly', path: dirname(source) })
          await complete(
            to,
            id,
            readdirSync(dirname(source), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length,
          )
          if (!existsSync(join(into, basename(source)))) throw new Error('syncthing brought nothing')
          // Else it would copy the next ones here from what it has of this one.
          for (const one of both) await ask(one, 'DELETE', `config/folders/${id}`)
        },
      },
    ],
    close,
  }
}

function instance(home: string, port: number): Instance {
  mkdirSync(home, { recursive: true })
  const own = ['--home', home, '--no-default-folder', '--skip-port-probing']
  execFileSync('syncthing', ['generate', ...own], { stdio: 'ignore' })
  return { home, port, device: execFileSync('syncthing', ['serve', ...own, '--device-id'], { encoding: 'utf8' }).trim() }
}

const configOf = ({ port }: Instance, all: readonly Instance[]) => `<configuration version="36">
${all.map((one) => `<device id="${one.device}"><address>tcp://127.0.0.1:${one.port}</address></device>`).join('\n')}
<gui enabled="true" tls="false"><address>127.0.0.1:${port + 1}</address><apikey>${KEY}</apikey></gui>
<options>
<listenAddress>tcp://127.0.0.1:${port}</listenAddress>
<globalAnnounceEnabled>false</globalAnnounceEnabled>
<localAnnounceEnabled>false</localAnnounceEnabled>
<relaysEnabled>false</relaysEnabled>
<natEnabled>false</natEnabled>
<stunKeepaliveStartS>0</stunKeepaliveStartS>
<crashReportingEnabled>false</crashReportingEnabled>
<urAccepted>-1</urAccepted>
<autoUpgradeIntervalH>0</autoUpgradeIntervalH>
<reconnectionIntervalS>1</reconnectionIntervalS>
<startBrowser>false</startBrowser>
<setLowPriority>false</setLowPriority>
</options>
</configuration>
`

/** One request to an instance's REST interface. */
async function ask<T>({ port }: Instance, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port + 1}/rest/${path}`, {
    method,
    headers: { 'X-API-Key': KEY },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!answer.ok) throw new Error(`syncthing refuses ${path}: ${answer.status} ${await answer.text()}`)
  const text = await answer.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

async function isConnected(asked: Instance, { device }: Instance): Promise<boolean> {
  const { connections } = await ask<{ connections: Record<string, { connected: boolean }> }>(asked, 'GET', 'system/connections')
  return connections[device]?.connected === true
}

/** Looks after each event of the receiver whether it has all files of a folder. */
async function complete(to: Instance, folder: string, files: number): Promise<void> {
  let since = 0
  const look = async () => {
    const events = await ask<{ id: number }[]>(to, 'GET', `events?events=StateChanged,LocalIndexUpdated&since=${since}&timeout=2`)
    since = events.at(-1)?.id ?? since
    const status = await ask<{ state: string; globalFiles: number; needFiles: number }>(to, 'GET', `db/status?folder=${folder}`)
    return status.state === 'idle' && status.globalFiles === files && status.needFiles === 0
  }
  await until(`syncthing has brought ${files} files`, look, PATIENCE)
}
