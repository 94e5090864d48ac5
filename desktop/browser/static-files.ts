/** The built page's files, and nothing beside them. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { fileOf, typeOf } from '../host/page-files.ts'

/** Answers with a file of `folder`, or 404. */
export async function serveFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = fileOf(folder, path)
  const found = file === null ? null : await stat(file).catch(() => null)
  if (file === null || !found?.isFile()) {
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('There is nothing here.\n')
    return
  }
  response.writeHead(200, {
    'Content-Type': typeOf(file),
    'Content-Length': found.size,
    // The build names its parts by their content; only the page itself must be asked for anew.
    'Cache-Control': path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store',
  })
  await pipeline(createReadStream(file), response)
}
