/** What an endpoint's clients send by themselves is told by what it is for. */
export type Endpoint = 'kernel' | 'kernel-v1' | 'terminal' | 'room' | 'other'

const KERNEL = /^api\/kernels\/[^/?]+\/channels(?:\?|$)/
const TERMINAL = /^terminals\/websocket\/[^/?]+(?:\?|$)/
const ROOM = /^api\/(?:collaboration|yjs)\/room\//

/** The subprotocol in which kernel messages are binary; in the default one they are JSON. */
const KERNEL_V1 = 'v1.kernel.websocket.jupyter.org'

/** What a page asks a kernel for when its WebSocket opens again, nobody being there. */
const BY_ITSELF: ReadonlySet<unknown> = new Set(['kernel_info_request', 'comm_info_request'])

/** Longest message that is looked into, in bytes: what a page sends by itself is short. */
export const MAX_LOOK = 4096

/** The places of the header in a binary kernel message: two offsets behind the count and the first. */
const HEADER_FROM = 16
const HEADER_TO = 24
const MIN_OFFSETS = 6

/**
 * What a WebSocket is for.
 * @param path what follows the server's prefix, with or without the query
 * @param protocol the subprotocol that was chosen
 */
export function endpointFor(path: string, protocol: string | undefined): Endpoint {
  if (KERNEL.test(path)) return protocol === KERNEL_V1 ? 'kernel-v1' : 'kernel'
  if (TERMINAL.test(path)) return 'terminal'
  return ROOM.test(path) ? 'room' : 'other'
}

function messageType(header: unknown): unknown {
  return typeof header === 'object' && header !== null && 'msg_type' in header
    ? header.msg_type
    : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `{"header": {"msg_type": …}, …}` */
function isJsonNoise(payload: Buffer): boolean {
  const message = parse(payload.toString('utf8'))
  if (typeof message !== 'object' || message === null || !('header' in message)) return false
  return BY_ITSELF.has(messageType(message.header))
}

/** Little-endian 64-bit offsets, their count first, then channel, header and the rest. */
function isBinaryNoise(payload: Buffer): boolean {
  if (payload.length < 8 * (MIN_OFFSETS + 1)) return false
  if (payload.readBigUInt64LE(0) < MIN_OFFSETS) return false
  const from = Number(payload.readBigUInt64LE(HEADER_FROM))
  const to = Number(payload.readBigUInt64LE(HEADER_TO))
  if (from > to || to > payload.length) return false
  return BY_ITSELF.has(messageType(parse(payload.toString('utf8', from, to))))
}

/** `["set_size", …]`: a page that is laid out, or connects again, says how large it is. */
function isTerminalNoise(payload: Buffer): boolean {
  const message = parse(payload.toString('utf8'))
  return Array.isArray(message) && message[0] === 'set_size'
}

/** The protocol of Yjs: all but an update of the document, which begins with 0 and 2, goes on by itself. */
function isRoomNoise(payload: Buffer): boolean {
  const [kind, step] = payload
  return kind === 1 || (kind === 0 && step !== 2)
}

/**
 * Whether a message is one that a page sends although nobody is there. What cannot be read is not.
 * @param payload of at most {@link MAX_LOOK} bytes, unmasked, whole
 */
export function isNoise(endpoint: Endpoint, payload: Buffer): boolean {
  switch (endpoint) {
    case 'kernel':
      return isJsonNoise(payload)
    case 'kernel-v1':
      return isBinaryNoise(payload)
    case 'terminal':
      return isTerminalNoise(payload)
    case 'room':
      return isRoomNoise(payload)
    case 'other':
      return false
  }
}
