/** A registry's name on the network: cut to what DNS-SD can carry, and unique by the fingerprint, so that nothing ever conflicts. */

/** RFC 6763 §4.1.1: an instance name is one DNS label, at most 63 bytes. */
const LABEL_BYTES = 63

/** What stands for a dot within a label on the way through the libraries, which divide names at dots and know no escape. */
const DOT = '\u0001'

/** Characters of a name as shown to people; a longer one is an attack on the list it stands in. */
const NAME_CHARACTERS = 100

/** A name from the network or a link as it may be shown: no control, formatting or direction characters, bounded. */
export function cleanName(name: string): string {
  const plain = name.normalize('NFC').replaceAll(/\s+/gu, ' ').replaceAll(/\p{C}/gu, '')
  return Array.from(plain).slice(0, NAME_CHARACTERS).join('').trim()
}

/** `text` in pieces of at most `bytes` bytes of UTF-8, no character divided. */
export function chunksOf(text: string, bytes: number): string[] {
  const chunks: string[] = []
  let chunk = ''
  let size = 0
  for (const character of text) {
    const more = Buffer.byteLength(character)
    if (size + more > bytes) {
      chunks.push(chunk)
      chunk = ''
      size = 0
    }
    chunk += character
    size += more
  }
  if (chunk) chunks.push(chunk)
  return chunks
}

/** The DNS-SD instance name: as much of the registry's name as fits, and the first eight digits of its fingerprint. */
export function serviceName(name: string, fingerprint: string): string {
  const mark = ` (${fingerprint.slice(0, 8)})`
  const plain = cleanName(name)
  const [start = 'OptiChat'] = chunksOf(plain, LABEL_BYTES - Buffer.byteLength(mark))
  return `${start.trimEnd()}${mark}`
}

/** A service's name as the libraries take it. No name has that character of its own: {@link cleanName} lets none through. */
export const withoutDots = (name: string): string => name.replaceAll('.', DOT)

/** A DNS name as it is compared (RFC 1035 §2.3.3). */
export const plainName = (name: string): string => name.replaceAll(DOT, '.').toLowerCase()

/** Puts the dots of a service's name back into a packet that is about to go out. */
export function restoreDots(packet: Buffer, service: string): void {
  const label = Buffer.from(withoutDots(service))
  if (!label.includes(DOT)) return
  for (let at = packet.indexOf(label); at >= 0; at = packet.indexOf(label, at + label.length)) packet.write(service, at)
}
