import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Api } from '../api/app.ts'
import type { ApiBindings } from '../api/deps.ts'
import { StreamAnswer } from '../api/stream-answer.ts'
import { TextAnswer } from '../api/text-answer.ts'
import type { Measures } from '../metrics/measures.ts'
import { stopwatch } from '../metrics/measures.ts'
import { cutOff } from '../proxy/client-connection.ts'
import type { HubListener } from './hub-app.ts'
import { NodeRequest } from './node-request.ts'
import { send } from './send.ts'

/** Writes an answer in one piece, without a stream and without copies of its headers. */
function write(target: ServerResponse, answer: TextAnswer, requestId: string): void {
  const { status, content, rawHeaders } = answer
  const headers = [...rawHeaders, 'X-Request-Id', requestId]
  if (status !== 204) headers.push('Content-Length', String(Buffer.byteLength(content)))
  target.writeHead(status, headers)
  target.end(content)
}

/** Writes an answer as it is made. When it breaks off, or the client does, the connection ends. */
async function writeStream(target: ServerResponse, answer: StreamAnswer): Promise<void> {
  target.writeHead(answer.status, [...answer.headers].flat())
  target.flushHeaders()
  if (answer.body === null) target.end()
  // Whoever makes the body says in the log why it is not whole.
  else await pipeline(answer.body, target).catch(() => cutOff(target.req))
}

async function respond(target: ServerResponse, answer: Response, requestId: string): Promise<void> {
  if (answer instanceof TextAnswer) {
    write(target, answer, requestId)
    return
  }
  answer.headers.set('X-Request-Id', requestId)
  if (answer instanceof StreamAnswer) await writeStream(target, answer)
  else await send(target, answer)
}

/** The API on Node's server. */
export function apiListener(api: Api, measures: Pick<Measures, 'requestAnswered'>): HubListener {
  return async (incoming, outgoing, scope) => {
    const elapsed = stopwatch()
    const bindings: ApiBindings = { requestId: scope.id }
    const answer = await api.answer(new NodeRequest(incoming, outgoing, scope.tls), bindings)
    await respond(outgoing, answer, scope.id)
    const handler = `/hub/api${bindings.route ?? '/*'}`
    const method = incoming.method ?? ''
    measures.requestAnswered({ method, handler, code: outgoing.statusCode }, elapsed())
  }
}
