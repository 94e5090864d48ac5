import { writeFileSync } from 'node:fs'

/**
 * Marks a file on Windows as come from elsewhere, as browsers do with a download, so that Windows asks before it runs it and Office opens it
 * protected: the stream `Zone.Identifier` beside its content (MS-FSCC §5.6.1), zone 3. Filesystems without streams (FAT) take no mark.
 */
export function markOfTheWeb(path: string): void {
  try {
    writeFileSync(`${path}:Zone.Identifier`, '[ZoneTransfer]\r\nZoneId=3\r\n')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'EINVAL' && code !== 'ENOENT') throw error
  }
}
