import type { IncomingMessage } from 'node:http'

/** The first value of a header. */
export function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value
}

/** Whether a person went there with a browser: only then is a redirect of use. */
export function isNavigation({ method, headers }: IncomingMessage): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  const mode = single(headers['sec-fetch-mode'])
  if (mode !== undefined) return mode === 'navigate'
  const accept = headers.accept ?? ''
  const page = accept.indexOf('text/html')
  const data = accept.indexOf('application/json')
  return page >= 0 && (data < 0 || page < data)
}
