/**
 * The `message` event as text, put together from the JSON that is stored: a fan-out is framed once, a catch-up never parsed.
 * @param message `audience` and `body` are JSON
 */
export function messageFrame(message: {
  position: number
  stamp: string
  id: string
  author: string
  audience: string
  body: string
}): string {
  const { position, stamp, id, author, audience, body } = message
  return `{"event":"message","message":{"position":${position},"stamp":"${stamp}","id":"${id}","from":"${author}","audience":${audience},"body":${body}}}`
}
