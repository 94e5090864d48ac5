/** What has passed the links of one server: whole text frames and their bytes, before TLS. */
export class Traffic {
  framesIn = 0
  framesOut = 0
  bytesIn = 0
  bytesOut = 0
}
