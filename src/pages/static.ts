import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { HubgateError } from '../base/errors.ts'
import type { Asset } from '../views/asset.ts'
import { answerAsset, readAsset } from '../views/asset.ts'
import type { Visit } from './visit.ts'

const CSS = 'text/css; charset=UTF-8'
const SCRIPT = 'text/javascript; charset=UTF-8'

const require = createRequire(import.meta.url)

const own = (path: string, type: string): Asset =>
  readAsset(new URL(`../views/${path}`, import.meta.url), type)

const packaged = (path: string, type: string): Asset =>
  readAsset(pathToFileURL(require.resolve(path)), type)

/** All there is; a name that is not here is not looked for on the disk. */
const ASSETS = new Map<string, Asset>([
  ['oat.css', packaged('@knadh/oat/oat.min.css', CSS)],
  ['hubgate.css', own('static/hubgate.css', CSS)],
  ['hubgate.svg', own('static/hubgate.svg', 'image/svg+xml')],
  ['htmx.js', packaged('htmx.org/dist/htmx.min.js', SCRIPT)],
  ['hubgate.js', own('browser/hubgate.js', SCRIPT)],
  ['bulk.js', own('browser/bulk.js', SCRIPT)],
  ['progress.js', own('browser/progress.js', SCRIPT)],
])

/** A file of the pages' own. */
export function showStatic({ c }: Visit): Response {
  const asset = ASSETS.get(c.req.param('file') ?? '')
  if (asset === undefined) throw new HubgateError('not_found')
  return answerAsset(asset, c.req.header('if-none-match'))
}
