import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Running } from '../gateway.ts'

type Reply<Result> = { result: Result } | { error: string }

/**
 * Runs one of the files beside this one in a process of its own.
 * @param file takes one message, and answers with one that has a `result` or an `error`
 * @throws Error when it fails
 */
export async function inChild<Result>(
  file: string,
  order: object,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted()
  const child = fork(join(import.meta.dirname, file), { execArgv: ['--expose-gc'] })
  await using _running = new Running(child)
  const ended = once(child, 'exit', { signal }).then(() => [{ error: 'it ended' }])
  const answered = once(child, 'message', { signal })
  child.send(order)
  const [reply] = (await Promise.race([answered, ended])) as [Reply<Result>]
  if ('error' in reply) throw new Error(`${file}: ${reply.error}`)
  return reply.result
}
