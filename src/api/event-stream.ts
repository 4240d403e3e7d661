import { seconds } from '../base/clock.ts'
import type { StreamTiming } from './deps.ts'

interface EventStreamOptions extends StreamTiming {
  /** Aborted here when the reader goes or may no longer read: ends whatever makes the messages. */
  abort: AbortController
  /** Asked regularly; the stream ends when it says no (design.md invariant 3). */
  stillAllowed: () => Promise<boolean>
}

const SIGN_OF_LIFE = '\n\n'

/**
 * Messages as server-sent events: `data: <json>` each, a sign of life at once and then regularly
 * (wire-contract §4.4). Ends after the last message; an error of theirs breaks the stream off.
 */
export function eventStream(
  messages: AsyncIterator<unknown>,
  options: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const { abort, keepAliveMs = seconds(8), recheckMs = seconds(4) } = options
  const encoder = new TextEncoder()
  const timers: NodeJS.Timeout[] = []
  const stop = () => {
    for (const timer of timers) clearInterval(timer)
    abort.abort()
  }

  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      const send = (text: string) => {
        if (!abort.signal.aborted) controller.enqueue(encoder.encode(text))
      }
      const end = () => {
        if (abort.signal.aborted) return
        stop()
        controller.close()
      }
      const recheck = async () => {
        if (!(await options.stillAllowed())) end()
      }
      abort.signal.addEventListener('abort', () => {
        for (const timer of timers) clearInterval(timer)
      })
      timers.push(
        setInterval(() => send(SIGN_OF_LIFE), keepAliveMs).unref(),
        setInterval(() => void recheck(), recheckMs).unref(),
      )
      send(SIGN_OF_LIFE)
      void pump(messages, send).then(end, (error: unknown) => {
        if (abort.signal.aborted) return
        stop()
        controller.error(error)
      })
    },
    cancel: stop,
  })
}

async function pump(messages: AsyncIterator<unknown>, send: (text: string) => void): Promise<void> {
  for (;;) {
    const { done, value } = await messages.next()
    if (done === true) return
    send(`data: ${JSON.stringify(value)}\n\n`)
  }
}
