/** `10.77.0.2:40123` or `[fd77::2]:40123` in parts; null for what is neither. */
export function parseEndpoint(endpoint: string): { readonly host: string; readonly port: number } | null {
  const match = /^(?:\[([0-9a-fA-F:.]+(?:%[\w.-]+)?)\]|([\w.-]+)):(\d{1,5})$/.exec(endpoint)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host && port > 0 && port < 65_536 ? { host, port } : null
}
