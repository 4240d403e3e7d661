import { describe, expect, test } from 'vitest'
import { createGroups } from '../../../src/hub/groups/groups.ts'
import { ownerNow } from '../../../src/hub/identity/owners.ts'
import { sourcesOfService, sourcesOfUser } from '../../../src/hub/identity/scope-sources.ts'
import { findService } from '../../../src/hub/services/services.ts'
import { findUser } from '../../../src/hub/users/users.ts'
import { expandScopes } from '../../../src/model/expand-scopes.ts'
import { listScopes } from '../../../src/model/list-scopes.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { makeUser } from '../../support/people.ts'

const CONFIG = {
  services: [{ name: 'announce', admin: true }, { name: 'cull' }],
  load_roles: [
    { name: 'grader', scopes: ['read:users!group=class'], users: ['Ada'], groups: ['staff'] },
    { name: 'user', scopes: ['self', 'list:users'] },
    { name: 'admin', groups: ['staff'] },
    { name: 'culler', scopes: ['servers'], services: ['cull', 'announce'] },
  ],
}

/** What the sources give together, and what the hub says that the owner may do. */
async function bothSides(hub: TestHub, kind: 'user' | 'service', name: string) {
  const user = await findUser(hub, name)
  const service = await findService(hub, name)
  const sources =
    kind === 'user' ? await sourcesOfUser(hub, user!) : sourcesOfService(hub, service!)
  const raw = sources.flatMap(({ scopes }) => scopes)
  const owner = await ownerNow(hub, hub.cache, hub.snapshot().config, { kind, name })
  return [listScopes(expandScopes(raw, { kind, name }, {})), listScopes(owner!.scopes)]
}

describe('sourcesOfUser and sourcesOfService', () => {
  test('name roles and how somebody comes to them', async () => {
    const hub = await openTestHub({ config: CONFIG })
    await makeUser(hub, 'ada', { admin: true })
    await createGroups(hub, ['staff'], ['ada'])
    const sources = await sourcesOfUser(hub, (await findUser(hub, 'ada'))!)
    expect(sources.map(({ name, through }) => [name, through])).toEqual([
      ['user', ['every user']],
      ['admin', ['admin', 'group staff']],
      ['grader', ['user ada', 'group staff']],
    ])
    const service = sourcesOfService(hub, (await findService(hub, 'announce'))!)
    expect(service.map(({ name, through }) => [name, through])).toEqual([
      ['admin', ['admin']],
      ['culler', ['service announce']],
    ])
  })

  test('give together exactly what the owner may do', async () => {
    const hub = await openTestHub({ config: CONFIG })
    await makeUser(hub, 'ada')
    await makeUser(hub, 'bob', { admin: true })
    await makeUser(hub, 'cyd')
    await createGroups(hub, ['staff'], ['cyd'])
    for (const name of ['ada', 'bob', 'cyd']) {
      const [given, held] = await bothSides(hub, 'user', name)
      expect(given).toEqual(held)
    }
    for (const name of ['announce', 'cull']) {
      const [given, held] = await bothSides(hub, 'service', name)
      expect(given).toEqual(held)
    }
  })
})
