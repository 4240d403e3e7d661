import type { OutgoingHttpHeaders } from 'node:http'
import { request } from 'node:http'

/** What a hub answered, as it came. */
export interface Answer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  text: string
}

export interface Message {
  method: string
  /** Path and query, byte for byte. */
  path: string
  headers: OutgoingHttpHeaders
  body: string | Uint8Array | undefined
}

const LIMIT_MS = 60_000

/**
 * Sends one request on a connection of its own and reads the whole answer. Nothing of the path is
 * tidied up, no redirect is followed.
 */
export function exchange(port: number, message: Message): Promise<Answer> {
  const { method, path, body } = message
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const options = {
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { ...length, ...message.headers },
    agent: false as const,
    signal: AbortSignal.timeout(LIMIT_MS),
  }
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const headers = Object.entries(response.headers).map(
          ([name, value]) => [name, [value].flat().join(', ')] as const,
        )
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(headers), text })
      })
    })
    sent.on('error', (cause) => reject(new Error(`${method} ${path}: no answer`, { cause })))
    sent.end(body)
  })
}
