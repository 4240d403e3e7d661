import { describe, expect, it } from 'vitest'
import { loadText, printedFaults } from './support.ts'

describe('load_roles', () => {
  it('takes every default role, custom scopes, filters, and names that nobody has yet', async () => {
    const text = `
services: [{ name: grades }]
custom_scopes:
  "custom:grades:all": { description: All, subscopes: ["custom:grades:read"] }
  "custom:grades:read": { description: Read }
load_roles:
  - { name: user, scopes: [self, "custom:grades:read!user"] }
  - { name: server, scopes: [] }
  - { name: token, description: Mine }
  - { name: admin, users: [ada], groups: [staff], services: [grades] }
  - name: a.b~c_d-9
    scopes: ["custom:grades:all!group=none", "read:users!user=nobody", "servers!server=a/b"]
    users: [nobody]
    groups: [none]
`
    const { config } = await loadText(text)
    expect(config.load_roles.map(({ name }) => name)).toEqual([
      'user',
      'server',
      'token',
      'admin',
      'a.b~c_d-9',
    ])
  })

  it.each(['abc', `a${'b'.repeat(254)}`])('takes the name %s', async (name) => {
    expect(await printedFaults(`load_roles: [{ name: ${name} }]`)).toEqual([])
  })

  it('takes no name of more than 255 characters, and no service that is only in the store', async () => {
    const name = `a${'b'.repeat(255)}`
    const text = `load_roles: [{ name: ${name}, services: [made-over-the-api] }]`
    expect(await printedFaults(text)).toMatchObject([
      expect.stringContaining('load_roles.0.name: a role name has 3 to 255 characters'),
      expect.stringContaining('load_roles.0.services.0: services has no service of this name'),
    ])
  })
})
