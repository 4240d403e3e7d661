import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { put } from '../contract/store/setup.ts'
import { describeStore } from '../contract/store.ts'
import type { Certificates } from '../support/certificates.ts'
import { makeCertificates } from '../support/certificates.ts'
import { RedisServer } from '../support/redis.ts'
import { failureOf, openHere, openOn } from './redis-setup.ts'

let certificates: Certificates
let server: RedisServer

beforeAll(async () => {
  certificates = makeCertificates()
  server = await RedisServer.start({ certificates: certificates.folder })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  certificates[Symbol.dispose]()
})

const ca = (): string => encodeURIComponent(join(certificates.folder, 'ca.crt'))

describeStore('Redis over TLS', {
  open: openOn((prefix) => server.url(`?ca=${ca()}&prefix=${prefix}`)),
})

describe('TLS', () => {
  it('refuses a certificate of an authority that it was not told to trust', async () => {
    const failure = await failureOf(server.url())
    expect(failure.message).toMatch(/certificate|self.signed/i)
    expect(failure.message).toContain('?ca=FILE')
  })

  it('refuses a certificate that is for another host', async () => {
    const url = server.url(`?ca=${ca()}`).replace('127.0.0.1', 'localhost')
    expect((await failureOf(url)).message).toMatch(/altnames/)
  })

  it('says so when the server does not speak it', async () => {
    await using plain = await RedisServer.start()
    const failure = await failureOf(plain.url().replace('redis:', 'rediss:'), 2000)
    expect(failure.message).toContain('Check that the server speaks TLS')
  })

  it('can show a certificate of its own', async () => {
    await using strict = await RedisServer.start({
      certificates: certificates.folder,
      settings: ['--tls-auth-clients', 'yes'],
    })
    const own = ['cert', 'key'].map((name) => {
      const file = join(certificates.folder, `server.${name === 'cert' ? 'crt' : 'key'}`)
      return `&${name}=${encodeURIComponent(file)}`
    })
    const store = await openHere(strict.url(`?ca=${ca()}${own.join('')}`))
    await put(store, ['a'], 1)
    expect((await store.get(['a']))?.value).toBe(1)
    expect((await failureOf(strict.url(`?ca=${ca()}`))).message).toContain('Cannot open the store')
  })

  it('names a certificate that cannot be read', async () => {
    const failure = await failureOf(server.url('?ca=/no/such/file.crt'))
    expect(failure.message).toContain('/no/such/file.crt')
  })
})
