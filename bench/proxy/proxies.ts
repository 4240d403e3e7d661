import { spawn } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { accepts } from '../../test/support/accepts.ts'
import { Running } from '../gateway.ts'

/** Between two looks whether somebody listens, in milliseconds. */
const LOOK_MS = 20

/**
 * Starts a program and waits until it listens; when it does not come to that it is ended.
 * @throws Error with what it said when it ends before
 */
export async function startListening(
  [program, ...args]: readonly [string, ...string[]],
  ports: readonly number[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Running> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000)
  })
  const running = new Running(child)
  try {
    for (const port of ports) {
      while (!(await accepts(port))) {
        if (child.exitCode !== null) throw new Error(`${program} ended:\n${log}`)
        await delay(LOOK_MS, undefined, { signal })
      }
    }
    return running
  } catch (error) {
    await running[Symbol.asyncDispose]()
    throw error
  }
}

/** Does something with each, so many at a time. */
export async function forEach<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.iterator]()
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) {
      await work(next.value)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
