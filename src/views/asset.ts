import { readFileSync } from 'node:fs'
import { sha256 } from '../base/hash.ts'

/** A file that browsers load. */
export interface Asset {
  body: Buffer<ArrayBuffer>
  type: string
  etag: string
}

/** @throws when there is no such file */
export function readAsset(file: URL, type: string): Asset {
  const body = readFileSync(file)
  return { body, type, etag: `"${sha256(body.toString('base64')).slice(0, 32)}"` }
}

/**
 * An asset as an answer: the browser keeps it and asks each time whether it changed.
 * @param ifNoneMatch the request's header
 */
export function answerAsset(asset: Asset, ifNoneMatch: string | undefined): Response {
  const headers = {
    ETag: asset.etag,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
  const known = ifNoneMatch?.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  if (known?.includes(asset.etag) === true) return new Response(null, { status: 304, headers })
  return new Response(asset.body, { headers: { ...headers, 'Content-Type': asset.type } })
}
