import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { printMarkdown, whole } from '../figures.ts'
import type { Hub } from './hub.ts'
import type { Verdict } from './sample.ts'
import type { Tally } from './tally.ts'

const TOLD_ERRORS = 10
const TOLD_LENGTH = 500

const figure = (value: number): string =>
  Number.isInteger(value) ? whole(value) : value.toFixed(1)

/** Servers that fail are what is soaked; everything else that is logged as an error is a fault. */
const isUnexpected = (line: string): boolean =>
  line.startsWith('{')
    ? /^\{"level":(50|60)/.test(line) && !/"status":50[234]/.test(line)
    : /^\s+at |Error/.test(line)

function printDone({ done, failures, failed }: Tally): void {
  printMarkdown(
    `soak: what was done, and went as it must; ${failed} failed`,
    ['what', 'times'],
    [...done].map(([what, count]) => [what, whole(count)]),
  )
  for (const failure of failures) console.log(`  ${failure}`)
}

/**
 * Prints how it went.
 * @returns whether everything went as it must, and nothing is held that was not before
 */
export async function report(
  hub: Hub,
  tally: Tally,
  verdicts: readonly Verdict[],
): Promise<boolean> {
  printDone(tally)
  printMarkdown(
    'soak: what the gateway holds after the crowd has gone',
    ['what', 'before', 'in the middle', 'after', 'at most', ''],
    verdicts.map(({ name, before, between, after, most, isKept }) => [
      name,
      ...[before, between, after, most].map(figure),
      isKept ? 'ok' : 'LEAKED',
    ]),
  )
  console.log(`\nThe gateway's event loop was held up for ${whole(hub.heldMs)} ms at most.`)
  const errors = hub.gateway.stderr.split('\n').filter(isUnexpected)
  console.log(`${errors.length} unexpected errors in the gateway's log`)
  for (const line of errors.slice(0, TOLD_ERRORS)) console.log(`  ${line.slice(0, TOLD_LENGTH)}`)
  const isGood = tally.failed === 0 && errors.length === 0 && verdicts.every((one) => one.isKept)
  if (!isGood) {
    const file = join(tmpdir(), `hubgate-soak-${process.pid}.log`)
    await writeFile(file, `${hub.gateway.stdout}\n${hub.gateway.stderr}`)
    console.log(`What the gateway said is in ${file}.`)
  }
  return isGood
}
