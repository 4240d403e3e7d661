import { describe, expect, it } from 'vitest'
import { ADA, expectError, OPS, openRig } from '../harness.ts'

describe('POST /users/{name}/tokens', () => {
  it.each([
    [[], 'Body must be a JSON dict or empty'],
    ['5', 'Body must be a JSON dict or empty'],
    ['{', 'Invalid JSON in body of request'],
    [{ note: 5 }, 'note must be a string, not a number'],
    [{ note: 'x'.repeat(2000) }, 'note must be at most 1023 characters long'],
    [{ expires_in: 'x' }, "token expires_in must be null or integer, not 'x'"],
    [{ expires_in: true }, 'token expires_in must be null or integer, not true'],
    [{ expires_in: 1.5 }, 'token expires_in must be null or integer, not 1.5'],
    [{ expires_in: -5 }, 'expires_in must be a positive integer or null, not -5'],
    [{ expires_in: 0 }, 'expires_in must be a positive integer or null, not 0'],
    [{ expires_in: 1e15 }, /^expires_in must be at most/],
    [{ scopes: 'self' }, 'token scopes must be null or a list of strings'],
    [{ scopes: [5] }, 'token scopes must be null or a list of strings'],
    [{ roles: { user: true } }, 'token roles must be null or a list of strings'],
    [{ scopes: ['nope'] }, `"Scope 'nope' for token does not exist"`],
    [{ scopes: ['all'] }, `"Draft scope 'all' is now called 'inherit'"`],
    [{ scopes: ['read:users!user='] }, /does not exist"$/],
    [{ scopes: [''] }, 'token scopes must not be empty strings'],
    [
      { scopes: Array.from({ length: 1001 }, (_, i) => `access:servers!server=ada/${i}`) },
      'token scopes must be at most 1000 entries long',
    ],
    [
      { roles: Array.from({ length: 1001 }, () => 'user') },
      'token roles must be at most 1000 entries long',
    ],
    [{ roles: ['nope'] }, 'No such role: nope'],
    [{ roles: ['user'], scopes: [] }, /^Can only assign one of scopes or roles/],
    [{ roles: [], scopes: [] }, /^Can only assign one of scopes or roles/],
    [
      { scopes: ['admin:groups'] },
      /^Not assigning requested scopes admin:groups,.* not held by User ada$/,
    ],
    [{ roles: ['admin'] }, /^Not assigning requested scopes .*admin:users.* not held by User ada$/],
    [{ scopes: ['read:users!user=grace'] }, /not held by User ada$/],
    [{ scopes: ['access:servers!server=grace/'] }, /not held by User ada$/],
    [{ scopes: ['read:users!group=class-a'] }, /not held by User ada$/],
  ])('answers 400 for %j', async (body, message) => {
    const { call } = await openRig()
    expectError(await call('POST', '/users/ada/tokens', ADA, body), 400, message)
    expect((await call('GET', '/users/ada/tokens', ADA)).body.api_tokens).toHaveLength(1)
  })

  it('looks at every scope, also beside inherit from a token that does not pass that on', async () => {
    const { call, tokenOf } = await openRig()
    for (const who of [ADA, await tokenOf('ada', ['self'])]) {
      const unknown = { scopes: ['inherit', 'nope'] }
      expectError(await call('POST', '/users/ada/tokens', who, unknown), 400, /does not exist"$/)
      const beyond = { scopes: ['inherit', 'admin:users'] }
      expectError(await call('POST', '/users/ada/tokens', who, beyond), 400, /not held by User ada/)
    }
  })

  it('lets nobody live longer than the configuration has it, nor for ever', async () => {
    const { call } = await openRig({ config: { token_expires_in_max_seconds: 60 } })
    for (const who of [ADA, OPS]) {
      expectError(
        await call('POST', '/users/ada/tokens', who, { expires_in: 61 }),
        400,
        'token expires_in: 61 must not exceed 60',
      )
      expectError(
        await call('POST', '/users/ada/tokens', who, { expires_in: 0 }),
        400,
        'expires_in must be a positive integer or null, not 0',
      )
    }
  })
})

describe('DELETE /users/{name}/tokens/{token_id}', () => {
  it('answers 400 for one of the config map, which works on', async () => {
    const { call } = await openRig()
    const { body } = await call('GET', '/users/ada/tokens', ADA)
    const [{ id }] = body.api_tokens
    expectError(await call('DELETE', `/users/ada/tokens/${id}`, ADA), 400, /configuration file/)
    expect((await call('GET', '/users/ada', ADA)).status).toBe(200)
  })
})
