import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { sha256 } from '../../src/base/hash.ts'
import { runToken } from '../../src/cli/token.ts'
import { tokenShape } from '../../src/hub/records.ts'
import { openTestHub } from '../support/hub.ts'

interface Outcome {
  code: number
  stdout: string
  stderr: string
  /** How many seconds the token that was printed lives; null for ever. */
  lifetime: () => Promise<number | null>
}

/** `hubgate token ada` with a config file. */
async function makeToken(config: string, wish: { expiresIn?: number } = {}): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'hubgate-token-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const store = join(folder, 'hubgate.sqlite')
  const file = join(folder, 'hubgate.yaml')
  writeFileSync(file, `store: sqlite:${store}\n${config}\n`)
  const out = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const err = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const code = await runToken(file, 'ada', { scope: [], ...wish })
  const [stdout = '', stderr = ''] = [out, err].map(({ mock }) => mock.calls.flat().join('\n'))
  vi.restoreAllMocks()
  const lifetime = async () => {
    const hub = await openTestHub({ file: store })
    const entry = await hub.store.get(['token', sha256(stdout)])
    const { created, expiresAt } = tokenShape.parse(entry?.value)
    return expiresAt === null ? null : (expiresAt - created) / 1000
  }
  return { code, stdout, stderr, lifetime }
}

const LIMIT = 'token_expires_in_max_seconds: 3600'

describe('hubgate token', () => {
  it('makes a token that does not expire, unless it is told when', async () => {
    const forever = await makeToken('')
    expect(forever).toMatchObject({ code: 0, stdout: expect.stringMatching(/^hgh_/), stderr: '' })
    expect(await forever.lifetime()).toBeNull()
    expect(await (await makeToken('', { expiresIn: 60 })).lifetime()).toBeCloseTo(60, 0)
  })

  it('keeps to the limit of the config file', async () => {
    expect(await (await makeToken(LIMIT)).lifetime()).toBeCloseTo(3600, 0)
    expect(await (await makeToken(LIMIT, { expiresIn: 3600 })).lifetime()).toBeCloseTo(3600, 0)
  })

  it('says what the limit is, and makes no token, for a longer life', async () => {
    const { code, stdout, stderr } = await makeToken(LIMIT, { expiresIn: 3601 })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe(
      '--expires-in 3601 is too long: token_expires_in_max_seconds in the config file is 3600.',
    )
  })
})
