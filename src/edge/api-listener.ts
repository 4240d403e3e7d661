import type { ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Api } from '../api/app.ts'
import type { ApiBindings } from '../api/deps.ts'
import { TextAnswer } from '../api/text-answer.ts'
import type { Measures } from '../metrics/measures.ts'
import { stopwatch } from '../metrics/measures.ts'
import type { HubListener } from './hub-app.ts'
import { NodeRequest } from './node-request.ts'

/** Writes an answer in one piece. */
function write(target: ServerResponse, answer: TextAnswer, requestId: string): void {
  const { status, content, rawHeaders } = answer
  const headers = [...rawHeaders, 'X-Request-Id', requestId]
  if (status !== 204) headers.push('Content-Length', String(Buffer.byteLength(content)))
  target.writeHead(status, headers)
  target.end(content)
}

/**
 * The API on Node's server. Most answers are written as they are, without a `Request`, a stream or a
 * copy of the headers; the others take the adapter's way.
 */
export function apiListener(api: Api, measures: Pick<Measures, 'requestAnswered'>): HubListener {
  const answers = new WeakMap<object, Response>()
  const stream = getRequestListener(
    (_, { incoming }) => answers.get(incoming) ?? new Response(null, { status: 500 }),
    { overrideGlobalObjects: false },
  )
  return async (incoming, outgoing, scope) => {
    const elapsed = stopwatch()
    const bindings: ApiBindings = { requestId: scope.id }
    const answer = await api.answer(new NodeRequest(incoming, outgoing, scope.tls), bindings)
    if (answer instanceof TextAnswer) write(outgoing, answer, scope.id)
    else {
      answer.headers.set('X-Request-Id', scope.id)
      answers.set(incoming, answer)
      await stream(incoming, outgoing)
    }
    const handler = `/hub/api${bindings.route ?? '/*'}`
    const method = incoming.method ?? ''
    measures.requestAnswered({ method, handler, code: outgoing.statusCode }, elapsed())
  }
}
