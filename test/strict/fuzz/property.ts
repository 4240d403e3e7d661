import { Script } from 'node:vm'
import fc from 'fast-check'
import type { LongText } from './texts.ts'
import { writtenOut } from './texts.ts'

/** How long what is done in one go may take, in milliseconds: far more than it does in linear time. */
const PATIENCE_MS = 15_000
/** How long an input is made smaller, in milliseconds. */
const SHRINKING_MS = 120_000

/** What a property does not hold for. */
export interface Failure {
  property: string
  seed?: number
  /** As small as it could be made; JSON. */
  input?: unknown
  /** In place of an input: what was not got through in time. */
  long?: LongText
  error: string
}

/** Something that holds for every input. */
export interface Property {
  readonly name: string
  /** Tries inputs, the same for the same seed. @returns null when it held for all of them */
  check(seed: number, count: number): Promise<Failure | null>
  /** Tries one that was kept. Rejects when it does not hold. */
  replay(input: unknown): Promise<void>
  /** Calls what is tested with a long text somewhere in its input. Rejects when that hangs. */
  endure(text: LongText): Promise<void>
}

/** What {@link property} is made of. */
interface Parts<Input> {
  inputs: fc.Arbitrary<Input>
  /** Throws, or rejects, when an input is not dealt with as it should be. */
  holds: (input: Input) => void | Promise<void>
  /** Calls what is tested, and checks nothing. */
  endures: (text: string) => unknown
}

/** How often something is done that there was no time for. */
const MOST_TRIES = 4
const LATE = 'ERR_SCRIPT_EXECUTION_TIMEOUT'
const script = new Script('globalThis.hubgateFuzz()')

/** Whether it is the work's fault, and not for want of a machine that has time for it. */
function isFault(error: unknown, before: NodeJS.CpuUsage): boolean {
  const { user, system } = process.cpuUsage(before)
  const isLate = error instanceof Error && 'code' in error && error.code === LATE
  return !isLate || (user + system) / 1_000 > PATIENCE_MS / 5
}

/**
 * Does something in one go, which is broken off when it takes too long: a pattern that backtracks does
 * not come to an end by itself.
 */
function withoutHang<Result>(work: () => Result): Result {
  for (let tries = 1; ; tries++) {
    const done: Result[] = []
    Object.assign(globalThis, { hubgateFuzz: () => done.push(work()) })
    const before = process.cpuUsage()
    try {
      script.runInThisContext({ timeout: PATIENCE_MS })
      const [result] = done
      return result as Result
    } catch (error) {
      if (tries === MOST_TRIES || isFault(error, before)) throw error
    }
  }
}

/** Names a property of what another process does, or of anything else that takes its time. */
export function slowProperty<Input>(
  name: string,
  { inputs, holds, endures }: Parts<Input>,
): Property {
  return {
    name,
    async check(seed, count) {
      const guarded = fc.asyncProperty(inputs, async (input) => withoutHang(() => holds(input)))
      const { failed, counterexample, errorInstance } = await fc.check(guarded, {
        seed,
        numRuns: count,
        interruptAfterTimeLimit: SHRINKING_MS,
        markInterruptAsFailure: true,
      })
      if (!failed) return null
      return { property: name, seed, input: counterexample?.[0], error: String(errorInstance) }
    },
    async replay(input) {
      await withoutHang(() => holds(input as Input))
    },
    async endure(text) {
      await withoutHang(() => endures(writtenOut(text)))
    },
  }
}

/** Tries inputs with one watch over all of them, which costs more than most inputs do. */
async function isFine<Input>(
  { inputs, holds }: Parts<Input>,
  seed: number,
  numRuns: number,
): Promise<boolean> {
  const pending: Promise<void>[] = []
  const collected = fc.property(inputs, (input) => {
    const held = holds(input)
    if (held !== undefined) pending.push(held)
  })
  try {
    if (withoutHang(() => fc.check(collected, { seed, numRuns, endOnFailure: true })).failed) {
      return false
    }
    await Promise.all(pending)
    return true
  } catch {
    return false
  }
}

/** Names a property of functions. */
export function property<Input>(name: string, parts: Parts<Input>): Property {
  const slow = slowProperty(name, parts)
  return {
    ...slow,
    async check(seed, count) {
      if (await isFine(parts, seed, count)) return null
      const error = 'Not every input was dealt with, but each of them is when it is alone.'
      return (await slow.check(seed, count)) ?? { property: name, seed, error }
    },
  }
}
