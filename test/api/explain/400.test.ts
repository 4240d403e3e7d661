import { describe, expect, it } from 'vitest'
import { expectError, OPS, openRig } from '../harness.ts'

describe('POST /authorize/explain', () => {
  it.each([
    [undefined, 'Body must be a JSON object'],
    ['[]', 'Body must be a JSON object'],
    [{}, 'scope must be a string'],
    [{ scope: 5 }, 'scope must be a string'],
    [
      { scope: 'nope' },
      /^Scope 'nope' does not exist; the filter of a scope is named as the resource/,
    ],
    [{ scope: 'read:users!user=ada' }, /^Scope 'read:users!user=ada' does not exist/],
    [{ scope: 'constructor' }, /^Scope 'constructor' does not exist/],
    [{ scope: 'self' }, "Scope 'self' stands for others: ask about one of those"],
    [{ scope: 'inherit' }, "Scope 'inherit' stands for others: ask about one of those"],
    [{ scope: 'read:users', resource: {} }, /^resource must name one of/],
    [{ scope: 'read:users', resource: { user: 'a', group: 'b' } }, /^resource must name one of/],
    [{ scope: 'read:users', resource: { role: 'a' } }, /^Invalid JSON keys: role/],
    [{ scope: 'read:users', resource: { server: 'ada' } }, /^resource.server must be user\/name/],
    [{ scope: 'read:users', resource: 'ada' }, 'resource must be an object, not a string'],
    [{ scope: 'read:users', user: 'ada', service: 'x' }, /^Name at most one of token, token_id/],
    [{ scope: 'read:users', token: 'x', user: 'ada' }, /^Name at most one of/],
    [{ scope: 'read:users', token_id: 'a1' }, 'token_id and owner go together'],
    [{ scope: 'read:users', owner: 'ada' }, 'token_id and owner go together'],
    [{ scope: 'read:users', owner_kind: 'user' }, 'owner_kind goes with owner'],
    [{ scope: 'read:users', who: 'ada' }, 'Invalid JSON keys: who'],
  ])('refuses %j', async (body, message) => {
    const { call } = await openRig()
    expectError(await call('POST', '/authorize/explain', OPS, body), 400, message)
  })

  it('never repeats a token that was sent wrongly', async () => {
    const { call } = await openRig()
    const token = `hgh_${'x'.repeat(600)}`
    const answer = await call('POST', '/authorize/explain', OPS, { scope: 'read:users', token })
    expect(answer.status).toBe(400)
    expect(answer.text).not.toContain('xxx')
  })
})
