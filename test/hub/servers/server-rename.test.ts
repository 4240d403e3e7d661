import { beforeEach, describe, expect, it } from 'vitest'
import {
  openServerSession,
  principalOfServerSession,
} from '../../../src/hub/identity/server-sessions.ts'
import { openSession } from '../../../src/hub/identity/sessions.ts'
import { keys } from '../../../src/hub/keys.ts'
import { changeServer } from '../../../src/hub/servers/rename-server.ts'
import {
  createServer,
  findServer,
  requestStart,
  requestStop,
} from '../../../src/hub/servers/servers.ts'
import { issueShareCode, readShareCode } from '../../../src/hub/shares/share-codes.ts'
import { grantShare, revokeShare } from '../../../src/hub/shares/shares.ts'
import { deleteUser } from '../../../src/hub/users/users.ts'
import type { UserRecord } from '../../../src/model/user.ts'
import type { TestHub } from '../../support/hub.ts'
import { openTestHub } from '../../support/hub.ts'
import { justBefore } from '../../support/just-before.ts'
import { makeUser, ownerOf, putServer } from '../../support/people.ts'

/** Two replicas: a connection and a cache each, one file. */
let a: TestHub
let b: TestHub
let ada: UserRecord
let grace: UserRecord

beforeEach(async () => {
  a = await openTestHub()
  b = await a.another()
  ada = await makeUser(a, 'ada')
  grace = await makeUser(a, 'grace')
})

const rename = (hub: TestHub, server: string, name: string) =>
  changeServer(hub, { user: ada, server, name, by: 'ada' })

const start = (hub: TestHub, name: string) => requestStart(hub, { user: ada, name, by: 'ada' })

const remove = (hub: TestHub, name: string) =>
  requestStop(hub, { user: 'ada', name, remove: true, by: 'ada' })

const share = (hub: TestHub, server: string) =>
  grantShare(hub, { owner: 'ada', server }, { kind: 'user', name: 'grace' }, ['access:servers'])

const shareOf = (server: string) => a.store.get(keys.share(ada.id, server, 'user', grace.id))

/** The names of ada's servers. */
const names = async () => (await a.store.list(keys.serversOf('ada'))).map(({ key }) => key.at(-1))

/** Keys of the store that name a server. */
async function traces(server: string): Promise<string[]> {
  const all = await a.store.list([])
  return all.map(({ key }) => key.join(' ')).filter((key) => key.split(' ').includes(server))
}

describe('renaming a server', () => {
  it('takes along what hangs on it, and leaves nothing behind', async () => {
    const before = await putServer(a, ada, 'old', { userOptions: { cpus: 2 } })
    await a.store.commit({ set: [{ key: keys.serverActivity(ada.id, 'old'), value: { at: 7 } }] })
    await share(a, 'old')
    const after = await rename(a, 'old', 'new')
    expect(after).toEqual({ ...before, name: 'new' })
    expect(await traces('old')).toEqual([])
    expect((await a.store.get(keys.serverActivity(ada.id, 'new')))?.value).toEqual({ at: 7 })
    expect((await shareOf('new'))?.value).toMatchObject({ server: 'new' })
    const index = await a.store.get(keys.shareWith('user', grace.id, ada.id, 'new'))
    expect(index?.value).toEqual({ ownerId: ada.id, server: 'new' })
  })

  it('keeps share codes good for the server they were made for', async () => {
    await putServer(a, ada, 'old')
    const request = { scopes: ['access:servers'], maker: ownerOf(ada), expiresIn: 60 }
    const { code } = await issueShareCode(a, { owner: 'ada', server: 'old' }, request)
    await rename(a, 'old', 'new')
    expect((await readShareCode(b, code))?.value.server).toBe('new')
    a.clock.advance(60_000)
    expect(await readShareCode(b, code)).toBeUndefined()
  })

  it('leaves a new default server behind, without what the old one had', async () => {
    await putServer(a, ada, '', { userOptions: { cpus: 2 } })
    await share(a, '')
    expect(await rename(a, '', 'lab')).toMatchObject({ name: 'lab', userOptions: { cpus: 2 } })
    expect(await names()).toEqual(['lab'])
    expect(await shareOf('')).toBeUndefined()
    expect(await start(a, '')).toMatchObject({ name: '', userOptions: {} })
  })

  it('forgets why the last start failed', async () => {
    const failure = { at: 1, status: 500, reason: 'exited', message: 'no', output: '' } as const
    await putServer(a, ada, 'old', { failure })
    expect(await rename(a, 'old', 'new')).toMatchObject({ failure: null })
  })

  it('ends the cookies of the old path, whoever is there afterwards', async () => {
    await putServer(a, ada, 'old')
    const { session } = await openSession(a, ada)
    const { secret } = await openServerSession(a, session, { user: 'ada', name: 'old' })
    expect(await principalOfServerSession(b, secret)).toBeDefined()
    await rename(a, 'old', 'new')
    await expect.poll(() => principalOfServerSession(b, secret)).toBeUndefined()
    await createServer(a, { user: ada, name: 'old', by: 'ada' })
    expect(await principalOfServerSession(a, secret)).toBeUndefined()
  })
})

describe('removing a server', () => {
  it('ends its cookies, also for a new server of the name', async () => {
    await putServer(a, ada, 'old')
    const { session } = await openSession(a, ada)
    const { secret } = await openServerSession(a, session, { user: 'ada', name: 'old' })
    await remove(a, 'old')
    expect(await principalOfServerSession(a, secret)).toBeUndefined()
    await createServer(a, { user: ada, name: 'old', by: 'ada' })
    expect(await principalOfServerSession(a, secret)).toBeUndefined()
  })

  it('opens no cookie of a default server that was never started', async () => {
    const { session } = await openSession(a, ada)
    const { secret } = await openServerSession(a, session, { user: 'ada', name: '' })
    expect(await principalOfServerSession(a, secret)).toBeDefined()
    await start(a, '')
    expect(await principalOfServerSession(a, secret)).toBeUndefined()
  })
})

describe('what happens between reading and committing', () => {
  beforeEach(() => putServer(a, ada, 'old'))

  it('two renames: one wins, the other finds nothing', async () => {
    justBefore(a, () => rename(b, 'old', 'one'))
    await expect(rename(a, 'old', 'two')).rejects.toMatchObject({ code: 'not_found' })
    expect(await names()).toEqual(['one'])
  })

  it('two renames to one name: one wins', async () => {
    await putServer(a, ada, 'other')
    justBefore(a, () => rename(b, 'other', 'new'))
    await expect(rename(a, 'old', 'new')).rejects.toMatchObject({ code: 'conflict' })
    expect(await names()).toEqual(['new', 'old'])
  })

  it('a start: the server is not moved from under it', async () => {
    justBefore(a, () => start(b, 'old'))
    await expect(rename(a, 'old', 'new')).rejects.toMatchObject({
      message: 'ada:old is active. Please stop it before modifying it.',
    })
    expect(await names()).toEqual(['old'])
  })

  it('a rename before a start: what starts is a new server', async () => {
    const { id } = await putServer(a, ada, 'old')
    justBefore(a, () => rename(b, 'old', 'new'))
    const started = await start(a, 'old')
    expect(started.id).not.toBe(id)
    expect(await findServer(a, 'ada', 'new')).toMatchObject({ id, wanted: 'stopped' })
  })

  it('a removal: nothing comes back', async () => {
    justBefore(a, () => remove(b, 'old'))
    await expect(rename(a, 'old', 'new')).rejects.toMatchObject({ code: 'not_found' })
    expect(await names()).toEqual([])
  })

  it('a rename before a removal: the server lives on', async () => {
    justBefore(a, () => rename(b, 'old', 'new'))
    expect(await remove(a, 'old')).toBeUndefined()
    expect(await names()).toEqual(['new'])
  })

  it('a share: it goes along', async () => {
    justBefore(a, () => share(b, 'old'))
    await rename(a, 'old', 'new')
    expect(await shareOf('old')).toBeUndefined()
    expect(await shareOf('new')).toBeDefined()
  })

  it('a share that ends: it does not come back', async () => {
    await share(a, 'old')
    const place = { owner: 'ada', server: 'old' }
    justBefore(a, () => revokeShare(b, place, { kind: 'user', name: 'grace' }, null))
    await rename(a, 'old', 'new')
    expect([await shareOf('old'), await shareOf('new')]).toEqual([undefined, undefined])
  })

  it('the end of the user: nothing is left', async () => {
    justBefore(a, () => deleteUser(b, 'ada'))
    await expect(rename(a, 'old', 'new')).rejects.toMatchObject({ code: 'not_found' })
    expect(await names()).toEqual([])
  })

  it('a rename before the end of the user: nothing is left', async () => {
    justBefore(a, () => rename(b, 'old', 'new'))
    await deleteUser(a, 'ada')
    expect(await names()).toEqual([])
  })
})

describe.each(Array.from({ length: 6 }, (_, round) => round))('at the same time, %i', (round) => {
  const turned = <T>(work: T[]): T[] => [...work.slice(round % 3), ...work.slice(0, round % 3)]

  it('two renames and a start leave what one after the other would', async () => {
    await putServer(a, ada, 'old')
    const work = [
      () => rename(a, 'old', 'new'),
      () => start(round < 3 ? b : a, 'old'),
      () => rename(b, 'old', 'new'),
    ]
    const results = await Promise.allSettled(turned(work).map((one) => one()))
    const started = results.some(
      (one) => one.status === 'fulfilled' && one.value.wanted === 'running',
    )
    expect(started).toBe(true)
    expect(await findServer(a, 'ada', 'old')).toMatchObject({ wanted: 'running' })
    const all = await names()
    expect(all.length === 1 || all.join() === 'new,old').toBe(true)
    for (const one of results) {
      if (one.status === 'rejected')
        expect(one.reason.code).toMatch(/^(not_found|conflict|bad_request)$/)
    }
  })
})
