import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Running } from '../gateway.ts'
import type { LoadResult, Order, Reply } from './orders.ts'

/** The process that sends what is measured. */
export interface Load {
  run(order: Order, signal: AbortSignal): Promise<LoadResult>
}

export function startLoad(cleanup: AsyncDisposableStack): Load {
  const child = fork(join(import.meta.dirname, 'load.ts'), { serialization: 'advanced' })
  cleanup.use(new Running(child))
  return {
    run: async (order, signal) => {
      signal.throwIfAborted()
      const answered = once(child, 'message', { signal })
      child.send(order)
      const [reply] = (await answered) as [Reply]
      if ('error' in reply) throw new Error(reply.error)
      return reply.result
    },
  }
}
