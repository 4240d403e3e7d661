import { afterAll, beforeAll } from 'vitest'
import { describeStore } from '../contract/store.ts'
import { RedisServer } from '../support/redis.ts'
import { openOn } from './redis-setup.ts'

let server: RedisServer

beforeAll(async () => {
  server = await RedisServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

describeStore('Redis', { open: openOn((prefix) => server.url(`/3?prefix=${prefix}`)) })
