/**
 * The one declaration of every frame between two peers; WIRE.md tells the same in prose. A frame is the length of its payload
 * (32 bits, big-endian), its type (8 bits) and the payload: JSON for control frames, raw bytes for BLOCK, lines for ENTRIES.
 */
import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { OptiChatError } from '../protocol/errors.ts'
import { BLOCK_SIZE } from '../protocol/limits.ts'
import { Bytes, ClientId } from '../protocol/messages.ts'
import { TAG } from './block-tags.ts'

const object = <P extends Record<string, TSchema>>(properties: P) => Type.Object(properties, { additionalProperties: false })
const Count = Type.Integer({ minimum: 0, maximum: 0xffff_ffff })
/** HMAC-SHA256, base64url. */
const Proof = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })
const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

const Fault = Type.Union([Type.Literal('file-changed'), Type.Literal('file-unreadable')])

export const CONTROL = {
  /** sender → receiver, first frame of a socket that the sender dialled: "I am here for this ticket; open it". */
  call: { type: 1, body: object({ ticket: ClientId }) },
  /** receiver → sender, its first frame whoever dialled. `manifest`: so much of it is here from before, and its SHA-256. */
  open: {
    type: 2,
    body: object({ ticket: ClientId, transfer: ClientId, proof: Proof, manifest: Type.Optional(object({ bytes: Count, digest: Digest })) }),
  },
  /** sender → receiver: the ticket is good, here is the sender's own proof, and the manifest comes from this byte on: what is before is the same. */
  ready: { type: 3, body: object({ proof: Proof, from: Count }) },
  /** sender → receiver: the manifest is whole. `bytes` and `count` (files) as in the offer; `digest`: SHA-256 of all its lines. */
  end: {
    type: 5,
    body: object({ bytes: Bytes, count: Count, entries: Count, digest: Digest, block: Type.Literal(BLOCK_SIZE) }),
  },
  /** receiver → sender: send these blocks, in this order, after those asked for before. */
  want: { type: 6, body: object({ from: Count, count: Type.Integer({ minimum: 1, maximum: 0xffff }) }) },
  /** receiver → sender: every byte is checked, synced and in place. */
  done: { type: 8, body: object({}) },
  /** sender → receiver: DONE was heard. */
  ack: { type: 9, body: object({}) },
  /** either way: it ends here, with a code of core/protocol/errors.ts. */
  fail: { type: 10, body: object({ code: Type.String({ maxLength: 40 }), detail: Type.Optional(Type.String({ maxLength: 600 })) }) },
  /** either way: still here; with `echo`: are you? Which is answered with a PING at once. */
  ping: { type: 11, body: object({ echo: Type.Optional(Type.Literal(true)) }) },
  /** sender → receiver, in place of a BLOCK: it is all zeros. */
  zeros: { type: 12, body: object({ index: Count }) },
  /** sender → receiver: this file (counted from 0 in the manifest) cannot be had as it was listed; what stands for its bytes are zeros. */
  missing: { type: 13, body: object({ entry: Count, code: Fault }) },
  /** receiver → sender: it cannot take more for now; the next WANT means that it can. */
  pause: { type: 14, body: object({ code: Type.String({ maxLength: 40 }) }) },
  /** receiver → sender: all blocks are here; SHA-256 over the manifest's digest and the tags of all blocks, in order. */
  sum: { type: 15, body: object({ digest: Digest }) },
  /** sender → receiver: the sum is that of what was sent, as far as this sender was there. (Else: FAIL `block-damaged`.) */
  agreed: { type: 16, body: object({}) },
} as const satisfies Record<string, { type: number; body: TSchema }>

/** sender → receiver: the next lines of the manifest, see entries.ts. */
export const ENTRIES_TYPE = 4
/** sender → receiver: index (32 bits, big-endian), tag (16 bytes, see block-tags.ts), the data. */
export const BLOCK_TYPE = 7
export const BLOCK_HEADER = 4 + TAG
export const FRAME_HEADER = 5

export type ControlKind = keyof typeof CONTROL
export type ControlBody<K extends ControlKind> = Static<(typeof CONTROL)[K]['body']>
export type ControlFrame = { [K in ControlKind]: { kind: K; body: ControlBody<K> } }[ControlKind]

const byType = new Map(
  (Object.keys(CONTROL) as ControlKind[]).map((kind) => [CONTROL[kind].type as number, { kind, check: Compile(CONTROL[kind].body) }]),
)

export function isFrameType(type: number): boolean {
  return type === BLOCK_TYPE || type === ENTRIES_TYPE || byType.has(type)
}

/** @throws OptiChatError `peer-protocol` */
export function parseControl(type: number, payload: Buffer): ControlFrame {
  const known = byType.get(type)
  if (!known) throw new OptiChatError('peer-protocol', `no frame has type ${type}`)
  let body: unknown
  try {
    body = JSON.parse(payload.toString('utf8'))
  } catch (cause) {
    throw new OptiChatError('peer-protocol', `${known.kind}: not JSON`, { cause })
  }
  if (!known.check.Check(body)) throw new OptiChatError('peer-protocol', `malformed ${known.kind}`)
  return { kind: known.kind, body } as ControlFrame
}

export function formatControl<K extends ControlKind>(kind: K, body: ControlBody<K>): Buffer {
  const json = JSON.stringify(body)
  const frame = Buffer.allocUnsafe(FRAME_HEADER + Buffer.byteLength(json))
  frame.writeUInt32BE(frame.length - FRAME_HEADER, 0)
  frame.writeUInt8(CONTROL[kind].type, 4)
  frame.write(json, FRAME_HEADER)
  return frame
}

export function formatEntries(lines: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEADER + lines.length)
  frame.writeUInt32BE(lines.length, 0)
  frame.writeUInt8(ENTRIES_TYPE, 4)
  frame.set(lines, FRAME_HEADER)
  return frame
}

/** What goes before a block's data. */
export function formatBlockHeader(index: number, tag: Uint8Array, length: number): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER + BLOCK_HEADER)
  header.writeUInt32BE(BLOCK_HEADER + length, 0)
  header.writeUInt8(BLOCK_TYPE, 4)
  header.writeUInt32BE(index, FRAME_HEADER)
  header.set(tag, FRAME_HEADER + 4)
  return header
}
