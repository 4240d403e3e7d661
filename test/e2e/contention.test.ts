import { afterAll, beforeAll, expect, it } from 'vitest'
import { GatewayProcess } from '../support/gateway-process.ts'
import { RedisServer } from '../support/redis.ts'

/** A thousand changes of one record at the same time, from two replicas: each is answered, none is lost. */

const CHANGES = 1000

let redis: RedisServer
let replicas: GatewayProcess[]

beforeAll(async () => {
  redis = await RedisServer.start()
  const first = await GatewayProcess.start({ store: redis.url('/0') })
  replicas = [first, await first.replica()]
})

afterAll(async () => {
  const [first, second] = replicas
  await second?.kill('SIGKILL')
  await first?.[Symbol.asyncDispose]()
  await redis[Symbol.asyncDispose]()
})

const numbered = (name: string) => Array.from({ length: CHANGES }, (_, i) => `${name}${i}`)
const at = (i: number) => replicas[i % replicas.length] as GatewayProcess

it('of one user', async () => {
  const groups = numbered('group')
  await at(0).api('POST', '/users/ada')
  await at(0).api('POST', '/groups', { json: { groups } })
  const answers = await Promise.all(
    groups.map((group, i) =>
      at(i).api('POST', `/groups/${group}/users`, { json: { users: ['ada'] } }),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  for (const replica of replicas) {
    const { body } = await replica.api<{ groups: string[] }>('GET', '/users/ada')
    expect(body.groups).toHaveLength(CHANGES)
  }
})

it('of one group', async () => {
  const usernames = numbered('user')
  await at(0).api('POST', '/users', { json: { usernames } })
  await at(0).api('POST', '/groups/everybody')
  const answers = await Promise.all(
    usernames.map((name, i) =>
      at(i).api('POST', '/groups/everybody/users', { json: { users: [name] } }),
    ),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  for (const replica of replicas) {
    const { body } = await replica.api<{ users: string[] }>('GET', '/groups/everybody')
    expect(body.users.toSorted()).toEqual(usernames.toSorted())
  }
})
