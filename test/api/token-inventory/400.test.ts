import { describe, expect, it } from 'vitest'
import { encodeCursor } from '../../../src/api/cursor.ts'
import { expectError, openRig } from '../harness.ts'
import { note, openInventory } from './setup.ts'

const NOT_OURS = 'This is no cursor of this list: take `next` of the page before.'

describe.each(['GET', 'DELETE'])('%s /tokens', (method) => {
  it.each([
    ['kind=other', "kind must be one of hub, notebook, not 'other'"],
    ['owner_kind=group', "owner_kind must be one of user, service, not 'group'"],
    ['owner=', 'owner must not be empty'],
    ['note=', 'note must not be empty'],
    [`note=${'x'.repeat(1024)}`, 'note must be at most 1023 characters long'],
    ['scope=', 'scope must not be empty'],
    ['scope=nope', "Scope 'nope' for the search does not exist"],
    ['scope=inherit!user', /^Scope filter/],
    ['scope=read:users!user=', /^Scope filter/],
    [
      'unused_since=yesterday',
      /^unused_since must be a time such as 2026-11-22T21:08:19Z, not 'yes/,
    ],
    ['created_before=1', /^created_before must be a time such as/],
    ['expires=soon', /^expires must be never or a time such as/],
    ['kind=hub&limit=x', /must be integers/],
    ['kind=hub&after=nonsense', NOT_OURS],
    [`kind=hub&after=${encodeCursor(['user', 'ada'])}`, NOT_OURS],
    [`kind=hub&after=${encodeCursor(['config'])}`, NOT_OURS],
    [`kind=hub&after=${encodeCursor(['store', 'user', 'x', 'y', 'z'])}`, NOT_OURS],
    ['kind=hub&creatd_before=2026-01-01', /^There is no filter creatd_before: use owner, /],
  ])('refuses %s', async (query, message) => {
    const { call } = await openRig()
    expectError(await call(method, `/tokens?${query}`), 400, message)
  })
})

describe('DELETE /tokens', () => {
  it.each(['', '?limit=10', '?dry_run=true', `?after=${encodeCursor(['config', 'c'])}`])(
    'wants a filter: %j',
    async (query) => {
      const rig = await openInventory()
      const { token } = await note(rig, 'bob', 'x')
      expectError(
        await rig.call('DELETE', `/tokens${query}`),
        400,
        'Name at least one of owner, owner_kind, kind, note, scope, unused_since, created_before, expires: without any, all tokens would end.',
      )
      expect((await rig.call('GET', '/user', token)).status).toBe(200)
    },
  )

  it('takes no other word for dry_run', async () => {
    const rig = await openInventory()
    const { token } = await note(rig, 'bob', 'x')
    for (const word of ['yes', '1', 'TRUE', '']) {
      const answer = await rig.call('DELETE', `/tokens?note=x&dry_run=${word}`)
      expectError(answer, 400, `dry_run must be one of true, false, not '${word}'`)
    }
    expect((await rig.call('GET', '/user', token)).status).toBe(200)
  })
})
