import { describe, expect, it } from 'vitest'
import { expectError, SERVICE } from '../harness.ts'
import { note, openInventory, TUTOR } from './setup.ts'

const SCOPES = { GET: 'read:tokens', DELETE: 'tokens' } as const

describe.each(['GET', 'DELETE'] as const)('%s /tokens', (method) => {
  it('answers nobody, and no token without the scope', async () => {
    const rig = await openInventory()
    const { token } = await note(rig, 'bob', 'x')
    const notebook = await rig.tokenOf('ada', ['access:servers!user'])
    const narrow = await rig.tokenOf('ada', ['read:users!user'])
    const path = '/tokens?note=x'
    expectError(await rig.call(method, path, null), 403, 'Missing or invalid credentials.')
    expectError(await rig.call(method, path, 'wrong-token'), 403, /credentials/)
    expectError(await rig.call(method, path, notebook), 403, /notebook token/)
    const lacking = new RegExp(`\\[${SCOPES[method]}\\]`)
    expectError(await rig.call(method, path, narrow), 403, lacking)
    expectError(await rig.call(method, path, SERVICE), 403, lacking)
    expect((await rig.call('GET', '/user', token)).status).toBe(200)
  })

  it('does not do with a filter that no list of owners can be narrowed to', async () => {
    const rig = await openInventory()
    const odd = await rig.tokenOf('ops', [`${SCOPES[method]}!server=bob/`])
    expectError(await rig.call(method, '/tokens?note=x', odd), 403, /requires any of/)
  })
})

describe('DELETE /tokens', () => {
  it('is not for those who may only read', async () => {
    const rig = await openInventory()
    const reader = await rig.tokenOf('ops', ['read:tokens'])
    expectError(await rig.call('DELETE', '/tokens?note=x', reader), 403, /\[tokens\]/)
    const tutor = await rig.tokenOf('grace', ['read:tokens!group=class-a'])
    expectError(await rig.call('DELETE', '/tokens?note=x', tutor), 403, /\[tokens\]/)
    expect((await rig.call('GET', '/tokens', tutor)).status).toBe(200)
    expect((await rig.call('DELETE', '/tokens?note=x', TUTOR)).status).toBe(200)
  })

  it('takes no cookie without its xsrf value', async () => {
    const rig = await openInventory()
    const { headers } = await rig.browserOf('ops')
    expectError(await rig.call('DELETE', '/tokens?note=x', headers), 403, /_xsrf/)
  })
})
