import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:http'

export interface PlainAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
  /** `name=value` of each cookie set, as a `Cookie` header sends them. */
  cookies: string
}

/** An HTTP request with exactly these headers: `fetch` adds some of a browser's, and follows redirects. */
export function plainRequest(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body = '',
): Promise<PlainAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<PlainAnswer>()
  const call = request(url, { method, headers, agent: false }, (response) => {
    let text = ''
    response.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    response.on('error', reject)
    response.on('end', () => {
      const set = response.headers['set-cookie'] ?? []
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        cookies: set.map((cookie) => cookie.split(';', 1)[0]).join('; '),
      })
    })
  })
  call.on('error', reject)
  call.end(body)
  return promise
}
