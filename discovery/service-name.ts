/** A registry's name on the network: cut to what DNS-SD can carry, and unique by the fingerprint, so that nothing ever conflicts. */

/** RFC 6763 §4.1.1: an instance name is one DNS label, at most 63 bytes. */
const LABEL_BYTES = 63

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
  // A dot would end the label, as the library splits names at dots and knows no escape.
  const plain = cleanName(name).replaceAll('.', '-')
  const [start = 'OptiChat'] = chunksOf(plain, LABEL_BYTES - Buffer.byteLength(mark))
  return `${start.trimEnd()}${mark}`
}
