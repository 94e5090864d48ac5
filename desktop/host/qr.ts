import { create } from 'qrcode'

/** A QR code as a page draws it: an SVG path of unit squares in a square of `size`, the quiet zone not counted. */
export interface QrDrawing {
  readonly size: number
  readonly path: string
}

export function drawQr(text: string): QrDrawing {
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules
  const dark = [...data].flatMap((bit, at) => (bit ? [`M${at % size} ${Math.floor(at / size)}h1v1h-1z`] : []))
  return { size, path: dark.join('') }
}
