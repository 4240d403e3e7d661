import { readFileSync } from 'node:fs'
import { HubgateError } from '../base/errors.ts'
import { sha256 } from '../base/hash.ts'
import type { Visit } from './visit.ts'

interface Asset {
  body: string
  type: string
  etag: string
}

function load(path: string, type: string): Asset {
  const body = readFileSync(new URL(`../views/${path}`, import.meta.url), 'utf8')
  return { body, type, etag: `"${sha256(body).slice(0, 32)}"` }
}

/** All there is; a name that is not here is not looked for on the disk. */
const ASSETS = new Map<string, Asset>([
  ['hubgate.css', load('static/hubgate.css', 'text/css; charset=UTF-8')],
  ['progress.js', load('browser/progress.js', 'text/javascript; charset=UTF-8')],
])

/** A file of the pages' own; the browser keeps it and asks each time whether it changed. */
export function showStatic({ c }: Visit): Response {
  const asset = ASSETS.get(c.req.param('file') ?? '')
  if (asset === undefined) throw new HubgateError('not_found')
  const headers = {
    ETag: asset.etag,
    'Cache-Control': 'no-cache',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  }
  const known = c.req
    .header('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  if (known?.includes(asset.etag) === true) return new Response(null, { status: 304, headers })
  return new Response(asset.body, { headers: { ...headers, 'Content-Type': asset.type } })
}
