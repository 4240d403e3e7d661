import { HubgateError } from '../base/errors.ts'
import type { Asset } from '../views/asset.ts'
import { answerAsset, readAsset } from '../views/asset.ts'
import type { Visit } from './visit.ts'

function load(path: string, type: string): Asset {
  return readAsset(new URL(`../views/${path}`, import.meta.url), type)
}

/** All there is; a name that is not here is not looked for on the disk. */
const ASSETS = new Map<string, Asset>([
  ['hubgate.css', load('static/hubgate.css', 'text/css; charset=UTF-8')],
  ['progress.js', load('browser/progress.js', 'text/javascript; charset=UTF-8')],
])

/** A file of the pages' own. */
export function showStatic({ c }: Visit): Response {
  const asset = ASSETS.get(c.req.param('file') ?? '')
  if (asset === undefined) throw new HubgateError('not_found')
  return answerAsset(asset, c.req.header('if-none-match'))
}
