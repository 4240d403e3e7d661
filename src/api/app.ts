import { HubgateError } from '../base/errors.ts'
import { randomId } from '../base/random.ts'
import { DOCS_ROUTES } from './about/docs.ts'
import type { ApiRequest } from './api-request.ts'
import { setCommonHeaders } from './common-headers.ts'
import type { ApiBindings, ApiDeps, ApiRuntime } from './deps.ts'
import { dispatch } from './dispatch.ts'
import { describeRoutes } from './openapi.ts'
import { Router } from './router.ts'
import { RESOURCES, ROUTES } from './routes.ts'
import { TextAnswer } from './text-answer.ts'

/** The raw path of an absolute URL. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  const query = url.indexOf('?', start)
  return query < 0 ? url.slice(start) : url.slice(start, query)
}

/** Any page may ask for the version, as in JupyterHub (wire-contract §1.1): nothing else. */
function opened(answer: Response, { route }: ApiBindings): Response {
  if (route === '/') answer.headers.set('Access-Control-Allow-Origin', '*')
  return answer
}

/** The REST API (wire-contract §1). */
export class Api {
  readonly #deps: ApiRuntime
  readonly #prefix: string
  readonly #router = new Router([...ROUTES, ...DOCS_ROUTES])

  /** @param prefix where it is, `{base}hub/api` */
  constructor(deps: ApiDeps, prefix: string) {
    let description: string | undefined
    const describe = () => {
      description ??= JSON.stringify(describeRoutes(RESOURCES, prefix))
      return description
    }
    this.#deps = { ...deps, describe }
    this.#prefix = prefix
  }

  /**
   * Answers a request below the prefix. Never rejects: errors go to the renderer it was given.
   * @returns a {@link TextAnswer}, or a response with the common headers
   */
  async answer(request: ApiRequest, bindings: ApiBindings = {}): Promise<Response> {
    const path = pathOf(request.url)
    try {
      const answer = await this.#answer(request, path, bindings)
      if (!(answer instanceof TextAnswer)) setCommonHeaders(answer)
      return opened(answer, bindings)
    } catch (error) {
      const accept = request.headers.get('accept') ?? undefined
      const id = bindings.requestId ?? randomId()
      const answer = this.#deps.renderError(error, { accept, path, id })
      setCommonHeaders(answer)
      return opened(answer, bindings)
    }
  }

  /** As {@link answer}, for those who know responses only. */
  async fetch(request: Request): Promise<Response> {
    const answer = await this.answer(request)
    const whole = answer instanceof TextAnswer ? answer.whole() : answer
    return request.method === 'HEAD' ? new Response(null, whole) : whole
  }

  async #answer(request: ApiRequest, path: string, bindings: ApiBindings): Promise<Response> {
    // The address itself is the root, with a slash behind it and without.
    const match = this.#router.find(path.slice(this.#prefix.length) || '/')
    if (match === undefined) throw new HubgateError('not_found')
    bindings.route = match.place.path
    return dispatch(this.#deps, request, match)
  }
}
