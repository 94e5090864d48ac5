import { networkInterfaces } from 'node:os'

/** Whether an address of a socket's own end is still one of this machine's: after a move to another network its socket says nothing for ever. */
export function isOwnAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d)/, '').replace(/%.*$/, '')
  if (plain.startsWith('127.')) return true
  return Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === plain))
}
