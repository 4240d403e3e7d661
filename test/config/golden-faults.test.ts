import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ConfigFault } from '../../src/config/faults.ts'
import { faultsOf } from './support.ts'

const FOLDER = `${import.meta.dirname}/faults`
const ENV = { OPS_TOKEN: 'ops-token-0123456789', GRADES_TOKEN: 'grades-token-0123456789' }

/** What a golden file expects: the lines that begin with `#! `, as `line:column: path: message`. */
function expected(text: string): string[] {
  return [...text.matchAll(/^#! (.*)$/gm)].map(([, fault]) => fault ?? '')
}

function printed({ line, column, path, message }: ConfigFault): string {
  return [`${line}:${column}`, path, message].filter((part) => part !== '').join(': ')
}

describe('every kind of fault is reported with its place, in words that show no secret', () => {
  it.each(
    globSync(`${FOLDER}/*.yaml`)
      .sort()
      .map((file) => [basename(file, '.yaml'), file]),
  )('%s', async (_, file) => {
    const faults = await faultsOf(file, { env: ENV })

    expect(faults.map(printed)).toEqual(expected(readFileSync(file, 'utf8')))
    for (const secret of Object.values(ENV)) expect(JSON.stringify(faults)).not.toContain(secret)
  })
})
