import type { ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Api } from '../api/app.ts'
import type { ApiBindings } from '../api/deps.ts'
import { TextAnswer } from '../api/text-answer.ts'
import type { Measures } from '../metrics/measures.ts'
import { stopwatch } from '../metrics/measures.ts'
import type { HubListener } from './hub-app.ts'

/** Writes an answer in one piece. */
function write(target: ServerResponse, answer: TextAnswer, requestId: string): void {
  const { status, content, rawHeaders } = answer
  const headers = [...rawHeaders, 'X-Request-Id', requestId]
  if (status !== 204) headers.push('Content-Length', String(Buffer.byteLength(content)))
  target.writeHead(status, headers)
  target.end(content)
}

/**
 * The API on Node's server. Most answers go out without a stream and without the copies of headers
 * that a `Response` takes; the others take the adapter's way.
 */
export function apiListener(api: Api, measures: Pick<Measures, 'requestAnswered'>): HubListener {
  const underway = new WeakMap<object, ApiBindings & { requestId: string }>()
  const listener = getRequestListener(
    async (web, { incoming, outgoing }) => {
      const bindings = underway.get(incoming) ?? { requestId: '' }
      // The types allow HTTP/2, which our server does not speak.
      const target = outgoing as ServerResponse
      const answer = await api.answer(web, bindings)
      if (answer instanceof TextAnswer) {
        write(target, answer, bindings.requestId)
        return RESPONSE_ALREADY_SENT
      }
      answer.headers.set('X-Request-Id', bindings.requestId)
      return answer
    },
    { overrideGlobalObjects: false },
  )
  return async (request, response, scope) => {
    const bindings: ApiBindings & { requestId: string } = { requestId: scope.id }
    const elapsed = stopwatch()
    underway.set(request, bindings)
    await listener(request, response)
    const handler = `/hub/api${bindings.route ?? '/*'}`
    const method = request.method ?? ''
    measures.requestAnswered({ method, handler, code: response.statusCode }, elapsed())
  }
}
