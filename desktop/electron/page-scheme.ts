/** `app://optichat/`: the built page under an origin of its own, with the same policy as in a browser window. */
import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { contentSecurityPolicy, fileOf, typeOf } from '../host/page-files.ts'

/** The page's origin as its URLs begin with it. */
export const PAGE = 'app://optichat/'

/** Before the app is ready: the scheme is like https to the page, and no other scheme is. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }])
}

export function servePage(folder: string): void {
  protocol.handle('app', async ({ url }) => {
    const { host, pathname } = new URL(url)
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
