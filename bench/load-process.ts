import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Running } from './gateway.ts'

type Reply<Result> = { result: Result } | { error: string }

/** The process that sends what is measured. */
export interface LoadProcess<Order, Result> {
  /** @throws Error with what the process said went wrong, or when it ends or has ended */
  run(order: Order, signal: AbortSignal): Promise<Result>
}

/** @param program answers each order with one message */
export function startLoadProcess<Order extends object, Result>(
  program: string,
  cleanup: AsyncDisposableStack,
): LoadProcess<Order, Result> {
  const child = fork(program, { serialization: 'advanced' })
  cleanup.use(new Running(child))
  const ended = once(child, 'exit').then(([code, how]: unknown[]) => {
    return [{ error: `${program} ended: ${code === null ? String(how) : `code ${String(code)}`}` }]
  })
  return {
    run: async (order, signal) => {
      signal.throwIfAborted()
      const answered = once(child, 'message', { signal })
      // That it is gone is told below.
      child.send(order, () => undefined)
      const [reply] = (await Promise.race([answered, ended])) as [Reply<Result>]
      if ('error' in reply) throw new Error(reply.error)
      return reply.result
    },
  }
}
