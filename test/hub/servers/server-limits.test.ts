import { describe, expect, it } from 'vitest'
import { changeServer } from '../../../src/hub/servers/rename-server.ts'
import { createServer, listServers, requestStart } from '../../../src/hub/servers/servers.ts'
import { openTestHub } from '../../support/hub.ts'
import { justBefore } from '../../support/just-before.ts'
import { makeUser, putServer } from '../../support/people.ts'

const FULL = { code: 'bad_request', message: /maximum of 1 named servers/ }

describe('named_server_limit_per_user', () => {
  const config = { named_server_limit_per_user: 1 }

  async function open() {
    const a = await openTestHub({ config })
    return { a, b: await a.another(), ada: await makeUser(a, 'ada') }
  }

  it('holds for two that are made at once', async () => {
    const { a, b, ada } = await open()
    justBefore(a, () => createServer(b, { user: ada, name: 'one', by: 'ada' }))
    const second = createServer(a, { user: ada, name: 'two', by: 'ada' })
    await expect(second).rejects.toMatchObject({
      ...FULL,
      message: expect.stringMatching(FULL.message),
    })
    expect((await listServers(a, 'ada')).map(({ name }) => name)).toEqual(['one'])
  })

  it('holds for one that is made while another is started', async () => {
    const { a, b, ada } = await open()
    justBefore(a, () => requestStart(b, { user: ada, name: 'one', by: 'ada' }))
    const second = requestStart(a, { user: ada, name: 'two', by: 'ada' })
    await expect(second).rejects.toMatchObject({ code: 'bad_request' })
  })

  it('holds for the default server that gets a name, and not for named ones', async () => {
    const { a, b, ada } = await open()
    justBefore(a, () => createServer(b, { user: ada, name: 'one', by: 'ada' }))
    const renamed = changeServer(a, { user: ada, server: '', name: 'two', by: 'ada' })
    await expect(renamed).rejects.toMatchObject({ code: 'bad_request' })
    const other = changeServer(a, { user: ada, server: 'one', name: 'two', by: 'ada' })
    expect(await other).toMatchObject({ name: 'two' })
  })

  it('does not count the default server', async () => {
    const { a, ada } = await open()
    await putServer(a, ada, '')
    expect(await createServer(a, { user: ada, name: 'one', by: 'ada' })).toBeDefined()
  })
})

describe('concurrent_spawn_limit', () => {
  it('counts servers that start, not those that stop', async () => {
    const hub = await openTestHub({ config: { concurrent_spawn_limit: 1 } })
    const ada = await makeUser(hub, 'ada')
    await putServer(hub, ada, 'ending', { wanted: 'stopped', phase: 'stopping' })
    await requestStart(hub, { user: ada, name: '', by: 'ada' })
    await expect(requestStart(hub, { user: ada, name: 'two', by: 'ada' })).rejects.toMatchObject({
      code: 'too_many_requests',
    })
  })

  it('asks those it refuses to come back at different times', async () => {
    const hub = await openTestHub({ config: { concurrent_spawn_limit: 1 } })
    const ada = await makeUser(hub, 'ada')
    await requestStart(hub, { user: ada, name: '', by: 'ada' })
    const waits = new Set<number>()
    for (let i = 0; i < 20; i++) {
      const refusal = requestStart(hub, { user: ada, name: 'two', by: 'ada' })
      const { headers, message } = await refusal.then(
        () => ({ headers: {} as Record<string, string>, message: '' }),
        (error: { headers: Record<string, string>; message: string }) => error,
      )
      const wait = Number(headers['retry-after'])
      expect(wait).toBeGreaterThanOrEqual(30)
      expect(wait).toBeLessThan(60)
      expect(message).toContain(`Try again in ${Math.ceil(wait / 10) * 10} seconds.`)
      waits.add(wait)
    }
    expect(waits.size).toBeGreaterThan(1)
  })
})

describe('active_server_limit', () => {
  it('counts whatever is active', async () => {
    const hub = await openTestHub({ config: { active_server_limit: 1 } })
    const ada = await makeUser(hub, 'ada')
    await putServer(hub, ada, 'ending', { wanted: 'stopped', phase: 'stopping' })
    await expect(requestStart(hub, { user: ada, name: '', by: 'ada' })).rejects.toMatchObject({
      message: 'Active user limit exceeded. Try again in a few minutes.',
    })
  })
})
