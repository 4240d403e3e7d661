import assert from 'node:assert/strict'
import fc from 'fast-check'
import { identifyToken } from '../../../src/auth/identify-token.ts'
import { sha256 } from '../../../src/base/hash.ts'
import type { HubContext } from '../../../src/hub/context.ts'
import { property } from './property.ts'
import { textOf } from './texts.ts'

/** A hub that knows nobody, and the digests that it was asked for. */
function strangerHub(): { hub: HubContext; asked: string[] } {
  const asked: string[] = []
  const derive = (key: readonly string[]): Promise<undefined> => {
    asked.push(key[1] ?? '')
    return Promise.resolve(undefined)
  }
  const hub = { snapshot: () => ({ generation: 1 }), cache: { derive } }
  return { hub: hub as unknown as HubContext, asked }
}

/** A header is ours by its first word alone; only one whole word behind that is ever looked up. */
async function holds(header: string): Promise<void> {
  const { hub, asked } = strangerHub()
  const { answer } = await identifyToken(hub, header)
  const [scheme = '', ...rest] = header.split(/[ \t]+/)
  const isOurs = /^(?:token|bearer)$/i.test(scheme)
  assert.equal(answer, isOurs ? 'refused' : 'not-mine')
  if (asked.length > 0) assert.deepEqual([asked, rest.length], [[sha256(rest[0] ?? '')], 1])
}

export const CREDENTIAL_PROPERTIES = [
  property('authorization', {
    inputs: fc
      .tuple(
        fc.constantFrom('token', 'Bearer', 'TOKEN', 'Basic', 'tokens', ''),
        textOf([' ', ' ', '\t', 'abc', 'token', 'bearer', ','], 6),
      )
      .map(([scheme, rest]) => scheme + rest),
    holds,
    endures: (text) =>
      [text, `token${text}`, `token ${text}`, `bearer a${text} `].map((header) => {
        return void identifyToken(strangerHub().hub, header)
      }),
  }),
]
