import type { ProgressMessage } from '../../hub/servers/progress.ts'
import { progressOf } from '../../hub/servers/progress.ts'
import { eventStream } from '../event-stream.ts'
import { endpoint } from '../route.ts'
import { StreamAnswer } from '../stream-answer.ts'
import { existingUser } from '../users/existing-user.ts'
import { progressEvent } from './schemas.ts'

/** What was read already, then the rest. */
async function* resumed(
  first: IteratorResult<ProgressMessage>,
  rest: AsyncIterator<ProgressMessage>,
): AsyncGenerator<ProgressMessage> {
  for (let next = first; next.done !== true; next = await rest.next()) yield next.value
}

/** `GET …/progress` (wire-contract §4.4). */
export const progressEndpoint = endpoint({
  summary: 'Follow the start of a server',
  answers: {
    200: {
      description: 'Server-sent events; the last one says ready or failed.',
      type: 'text/event-stream',
      schema: progressEvent,
    },
  },
  handle: async ({ deps, hub, params, request, stillAllowed }) => {
    const user = await existingUser(hub, params.name)
    const abort = new AbortController()
    const signal = AbortSignal.any([request.signal, abort.signal])
    const messages = progressOf(hub, user.name, params.server, signal)
    // Whether there is anything to follow is known with the first message, before the status is sent.
    const first = await messages.next()
    const stream = eventStream(resumed(first, messages), { ...deps.streams, abort, stillAllowed })
    return new StreamAnswer(stream, {
      headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-store' },
    })
  },
})
