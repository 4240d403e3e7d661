import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'

export type ProbeResult =
  | { kind: 'answered'; status: number }
  /** The connection was refused, or could not be made. */
  | { kind: 'not-listening' }
  /** Connected, and then no HTTP came back in time. */
  | { kind: 'no-answer' }

export interface ProbeOptions {
  timeoutMs: number
  signal: AbortSignal
}

/**
 * One `GET` on a connection of its own, without any credential. Redirects are not followed, and the
 * body is not read. Never rejects.
 */
export function probe(url: string, { timeoutMs, signal }: ProbeOptions): Promise<ProbeResult> {
  return new Promise((resolve) => {
    let connected = false
    const request = url.startsWith('https:') ? tlsRequest : plainRequest
    const outgoing = request(url, {
      agent: false,
      headers: { accept: 'application/json', connection: 'close' },
      signal,
    })
    const timer = setTimeout(() => outgoing.destroy(), timeoutMs)
    outgoing.on('close', () => clearTimeout(timer))
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => {
        connected = true
      })
    })
    outgoing.on('response', (response) => {
      resolve({ kind: 'answered', status: response.statusCode ?? 0 })
      response.on('error', () => undefined)
      outgoing.destroy()
    })
    outgoing.on('error', () => resolve({ kind: connected ? 'no-answer' : 'not-listening' }))
    outgoing.end()
  })
}
