/** `app://optichat/`: the built page under an origin of its own, with the same policy as in a browser window. */
import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import type { Host } from '../host/host.ts'
import { answerMedia, mediaPath } from '../host/media-answer.ts'
import { contentSecurityPolicy, fileOf, typeOf } from '../host/page-files.ts'
import type { MediaFile } from '../host/received.ts'

/** The page's origin as its URLs begin with it. */
export const PAGE = 'app://optichat/'

/** Before the app is ready: the scheme is like https to the page, and no other scheme is. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
}

export function servePage(folder: string, media: Host['media']): void {
  protocol.handle('app', async ({ url, headers: asked }) => {
    const { host, pathname } = new URL(url)
    const shown = host === 'optichat' ? mediaPath(pathname) : null
    if (shown) return show(await media(shown.transfer, shown.index), asked.get('range'))
    const file = host === 'optichat' ? fileOf(folder, pathname) : null
    const content = file === null ? null : await readFile(file).catch(() => null)
    if (file === null || content === null) return new Response('There is nothing here.\n', { status: 404 })
    const headers = {
      'Content-Type': typeOf(file),
      'Content-Security-Policy': contentSecurityPolicy("'self'"),
      'X-Content-Type-Options': 'nosniff',
    }
    return new Response(new Uint8Array(content), { headers })
  })
}

function show(file: MediaFile | null, range: string | null): Response {
  if (!file) return new Response('There is nothing to show here.\n', { status: 404 })
  const { status, headers, body } = answerMedia(file, range)
  return new Response(body && (Readable.toWeb(body) as unknown as ConstructorParameters<typeof Response>[0]), { status, headers })
}
