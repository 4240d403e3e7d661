import { apiDocsPage } from '../../views/api-docs-page.ts'
import type { Asset } from '../../views/asset.ts'
import { answerAsset, readAsset } from '../../views/asset.ts'
import { onlyOfHub, PAGE_HEADERS } from '../../views/page-headers.ts'
import { open } from '../policies.ts'
import type { Route } from '../route.ts'
import { openEndpoint } from '../route.ts'

interface File {
  name: string
  type: string
  where: () => URL
}

/** Swagger UI's own files are read from its package. */
const swagger = (name: string): URL =>
  new URL(name, import.meta.resolve('swagger-ui-dist/package.json'))
const own = (path: string): URL => new URL(`../../views/${path}`, import.meta.url)

const CSS = 'text/css; charset=UTF-8'
const SCRIPT = 'text/javascript; charset=UTF-8'

/** All that the page loads; nothing else of the package is served. */
const FILES: readonly File[] = [
  { name: 'swagger-ui.css', type: CSS, where: () => swagger('swagger-ui.css') },
  { name: 'api-docs.css', type: CSS, where: () => own('static/api-docs.css') },
  { name: 'swagger-ui-bundle.js', type: SCRIPT, where: () => swagger('swagger-ui-bundle.js') },
  { name: 'favicon-32x32.png', type: 'image/png', where: () => swagger('favicon-32x32.png') },
  { name: 'api-docs.js', type: SCRIPT, where: () => own('browser/api-docs.js') },
]

/** `GET /docs`: the description for people, with Swagger UI. */
const page = openEndpoint({
  summary: 'Read about this API in a browser',
  answers: { 200: { description: 'The page.', type: 'text/html' } },
  handle: ({ hub }) => {
    const hubPath = `${hub.snapshot().config.base_url}hub/`
    const answer = new Response(apiDocsPage({ hubPath }), { headers: PAGE_HEADERS })
    return onlyOfHub(answer, hubPath)
  },
})

/** Read from the disk when it is asked for first: most replicas never are. */
function fileRoute({ name, type, where }: File): Route {
  let asset: Asset | undefined
  const endpoint = openEndpoint({
    summary: `Load ${name}`,
    answers: { 200: { description: 'The file.', type } },
    handle: ({ request }) => {
      asset ??= readAsset(where(), type)
      return answerAsset(asset, request.headers.get('if-none-match') ?? undefined)
    },
  })
  return open('GET', `/docs/${name}`, endpoint)
}

/** The page and its files: for people, so not part of the description itself. */
export const DOCS_ROUTES: readonly Route[] = [open('GET', '/docs', page), ...FILES.map(fileRoute)]
