import { HubgateError } from '../base/errors.ts'
import type { Json } from '../model/json.ts'
import type { ApiRequest } from './api-request.ts'

/** Bytes of a request body; more is 413 (threats P42). */
export const MAX_BODY = 1024 * 1024

/** Objects and arrays inside each other. */
const MAX_DEPTH = 32

/** Keys that name something in every JavaScript object (threats P56). */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

const tooLarge = (): HubgateError =>
  new HubgateError(
    'payload_too_large',
    `The request body is too large: at most ${MAX_BODY} bytes are read.`,
  )

/** The client went away or broke its own framing: no fault of ours. */
function notWhole(cause: unknown): never {
  throw new HubgateError('bad_request', 'The request body did not arrive whole.', { cause })
}

async function readStream(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read().catch(notWhole)
    if (done) return Buffer.concat(chunks)
    size += value.byteLength
    if (size > MAX_BODY) break
    chunks.push(value)
  }
  // Not cancelled: that would take the connection down before the answer is on its way.
  reader.releaseLock()
  throw tooLarge()
}

async function readBytes(request: ApiRequest): Promise<Uint8Array> {
  const length = request.headers.get('content-length')
  if (length === null) {
    const { body } = request
    return body === null ? new Uint8Array() : readStream(body)
  }
  // No more arrives than was announced (RFC 9112 §6), and what is small is cheaper read at once.
  if (Number(length) > MAX_BODY) throw tooLarge()
  if (Number(length) === 0) return new Uint8Array()
  return new Uint8Array(await request.arrayBuffer())
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @returns undefined for bytes that are not UTF-8 */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

function parse(text: string): { value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

/** @throws HubgateError `bad_request` for a key that no honest client sends */
function checkKeys(value: object): void {
  const forbidden = Object.keys(value).find((key) => FORBIDDEN_KEYS.has(key))
  if (forbidden === undefined) return
  throw new HubgateError('bad_request', `Invalid JSON keys: ${forbidden}`)
}

/** @throws HubgateError `bad_request` for keys or a depth that no honest client sends */
function checkTree(root: Json): void {
  let level: Json[] = [root]
  for (let depth = 1; level.length > 0; depth++) {
    const nodes = level.filter((value) => typeof value === 'object' && value !== null)
    if (nodes.length > 0 && depth > MAX_DEPTH) {
      throw new HubgateError('bad_request', `The JSON is nested more than ${MAX_DEPTH} deep.`)
    }
    for (const node of nodes) checkKeys(node)
    level = nodes.flatMap((node) => Object.values(node))
  }
}

/**
 * The JSON of a request's body, whatever its content type (wire-contract §1.1).
 * @returns undefined for an empty body and for JSON's `null`, which JupyterHub does not tell apart
 * @throws HubgateError `payload_too_large`, `invalid_json`, `bad_request`
 */
export async function readJson(request: ApiRequest): Promise<Json | undefined> {
  const bytes = await readBytes(request)
  if (bytes.byteLength === 0) return undefined
  const text = decode(bytes)
  if (text === undefined) {
    throw new HubgateError('invalid_json', 'The request body is not valid UTF-8.')
  }
  const parsed = parse(text)
  if (parsed === undefined) throw new HubgateError('invalid_json')
  checkTree(parsed.value)
  return parsed.value ?? undefined
}
