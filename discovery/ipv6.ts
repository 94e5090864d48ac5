/** IPv6 addresses as bits: what their many spellings have in common. */

/** The 128 bits of an address or netmask (RFC 4291 §2.2), as a text of 0 and 1. */
function bitsOf(address: string): string {
  const [head = '', tail] = address.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length
  const all = [...groups(head), ...Array.from({ length: missing }, () => '0'), ...groups(tail ?? '')]
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}

/** How long the network's part is that a netmask marks. */
export function prefixOf(netmask: string): number {
  const bits = bitsOf(netmask)
  return bits.includes('0') ? bits.indexOf('0') : bits.length
}

/** Whether an address is on the network that `of` is on. */
export function onNetwork6(address: string, of: { readonly address: string; readonly bits: number }): boolean {
  return bitsOf(address).slice(0, of.bits) === bitsOf(of.address).slice(0, of.bits)
}

/** fe80::/10 */
export const isLinkLocal6 = (address: string): boolean => /^fe[89ab][0-9a-f]:/i.test(address)

/** An address as it can be dialled: link-local ones mean nothing without the interface (RFC 4007 §11). */
export function zoned(address: string, zone: string): string {
  return isLinkLocal6(address) && !address.includes('%') ? `${address}%${zone}` : address
}
