/** `IPv4:port`, `[IPv6]:port`, or `*:port`, which stands for the registry's own address as this device has it; null for what is none. */
export function parseDialable(endpoint: string, registry: string): { readonly host: string; readonly port: number } | null {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([\d.]+|\*)):(\d{1,5})$/.exec(endpoint) ?? []
  const host = bracketed ?? (plain === '*' ? registry : plain)
  const port = Number(digits)
  return host && port > 0 && port < 65_536 ? { host, port } : null
}
