import { expect, it } from 'vitest'
import { countActiveUsers, countReadyServers, countUsers } from '../../src/hub/counts.ts'
import { keys } from '../../src/hub/keys.ts'
import { createUsers } from '../../src/hub/users/users.ts'
import { openTestHub } from '../support/hub.ts'
import { makeUser, putServer } from '../support/people.ts'

it('counts servers that are ready, and no others', async () => {
  const hub = await openTestHub()
  const user = await makeUser(hub, 'ada')
  await putServer(hub, user, 'ready', { wanted: 'running', phase: 'ready' })
  await putServer(hub, user, 'also', { wanted: 'running', phase: 'ready' })
  await putServer(hub, user, 'starts', { wanted: 'running', phase: 'spawning' })
  await putServer(hub, user, 'stops', { wanted: 'stopped', phase: 'stopping' })
  await putServer(hub, user, 'stopped', {})
  expect(await countReadyServers(hub)).toBe(2)
  expect(await countUsers(hub)).toBe(1)
})

it('counts who was active since each of some times', async () => {
  const hub = await openTestHub()
  const names = Array.from({ length: 2500 }, (_, i) => `user-${i}`)
  const users = await createUsers(hub, names, { admin: false })
  await hub.store.commit({
    set: users.map(({ id }, i) => ({
      key: keys.userActivity(id),
      value: { at: i % 5 === 4 ? null : i },
    })),
  })
  expect(await countActiveUsers(hub, [2495, 2000, 0])).toEqual([4, 400, 2000])
  expect(await countActiveUsers(hub, [])).toEqual([])
})

it('counts nobody in an empty hub', async () => {
  const hub = await openTestHub()
  expect(await countActiveUsers(hub, [0, 1, 2])).toEqual([0, 0, 0])
  expect([await countReadyServers(hub), await countUsers(hub)]).toEqual([0, 0])
})
