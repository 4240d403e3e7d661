import type { ServerResponse } from 'node:http'
import type { Place } from './classify.ts'

/**
 * Where the gateway itself sends on from a place, and with which status. Below the base URL, what is
 * nobody's is the hub's (wire-contract §8.1).
 */
export function ownRedirect(
  place: Extract<Place, { kind: 'root' | 'elsewhere' | 'add-slash' }>,
  baseUrl: string,
): [status: 301 | 302, location: string] {
  switch (place.kind) {
    case 'root':
      return [302, `${baseUrl}hub/${place.query}`]
    case 'elsewhere':
      return [302, `${baseUrl}hub/${place.rest}${place.query}`]
    case 'add-slash':
      return [301, place.location]
  }
}

/** Answers with a redirect and nothing else. */
export function redirect(response: ServerResponse, status: 301 | 302, location: string): void {
  response.writeHead(status, { location, 'cache-control': 'no-store', 'content-length': '0' }).end()
}
