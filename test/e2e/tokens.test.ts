import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'

const secret = randomBytes(32).toString('hex')
const digested = randomBytes(32).toString('hex')
const serviceSecret = randomBytes(32).toString('hex')
const digest = `sha256:${createHash('sha256').update(digested).digest('hex')}`

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await GatewayProcess.start({
    log_level: 'debug',
    api_tokens: { [secret]: 'ops', [digest]: 'root', [serviceSecret]: 'culler' },
    services: [{ name: 'culler' }],
    load_roles: [{ name: 'idle-culler', scopes: ['list:users'], services: ['culler'] }],
  })
})

afterAll(() => gateway[Symbol.asyncDispose]())

const whoAmI = (token: string) =>
  gateway.api<{ kind: string; name: string }>('GET', '/user', { token })

const refused = (token: string) =>
  eventually('the token is refused', async () => (await whoAmI(token)).status === 403)

describe('a token of the config map', () => {
  it('works by its secret and by its digest, for users and for services', async () => {
    expect((await whoAmI(secret)).body).toMatchObject({ kind: 'user', name: 'ops' })
    expect((await whoAmI(digested)).body).toMatchObject({ kind: 'user', name: 'root' })
    expect((await whoAmI(serviceSecret)).body).toMatchObject({ kind: 'service', name: 'culler' })
    expect((await gateway.api('GET', '/users', { token: serviceSecret })).status).toBe(200)
    expect((await gateway.api('GET', '/users', { token: secret })).status).toBe(403)
  })

  it('does not work by the digest itself', async () => {
    expect((await whoAmI(digest)).status).toBe(403)
    expect((await whoAmI(digest.slice('sha256:'.length))).status).toBe(403)
  })

  it('stops working when it is taken out of the file, without a restart', async () => {
    await gateway.configure({ api_tokens: { [digest]: 'root' } })
    await refused(secret)
    expect((await whoAmI(digested)).status).toBe(200)
  })

  it('goes on when the file becomes faulty', async () => {
    await gateway.configure({ api_tokens: { [digest]: 'root' }, nonsense: 1 } as object)
    await eventually('the fault is told', () => gateway.stderr.includes('nonsense'))
    expect((await whoAmI(digested)).status).toBe(200)
    await gateway.configure({ api_tokens: { [digest]: 'root' } })
  })
})

describe('a token of `hubgate token`', () => {
  it('is alone on stdout, works at once, and stops working when it is revoked', async () => {
    const { stdout } = await gateway.command('token', 'ada', '--config', gateway.configFile)
    const token = stdout.trim()
    expect(stdout).toMatch(/^hgh_\w{44}\n$/)
    expect((await whoAmI(token)).body).toMatchObject({ kind: 'user', name: 'ada' })
    const list = await gateway.api<{ api_tokens: { id: string; note: string }[] }>(
      'GET',
      '/users/ada/tokens',
    )
    const [made] = list.body.api_tokens
    expect(made?.note).toBe('command-line generated')
    expect((await gateway.api('DELETE', `/users/ada/tokens/${made?.id}`)).status).toBe(204)
    await refused(token)
  })

  it('can be narrowed and expire', async () => {
    const made = await gateway.command(
      ...['token', 'ada', '--config', gateway.configFile],
      ...['--scope', 'access:servers!user=ada', '--expires-in', '3600', '--note', 'mine'],
    )
    expect(made.stdout).toMatch(/^hgn_/)
    await expect(
      gateway.command('token', 'ada', '--config', gateway.configFile, '--scope', 'admin:users'),
    ).rejects.toThrow(/not held by User ada/)
    await expect(
      gateway.command('token', 'ada', '--config', gateway.configFile, '--scope', 'nonsense'),
    ).rejects.toThrow('nonsense')
  })
})

describe('a token of the API', () => {
  it('works and stops working when it is revoked', async () => {
    const made = await gateway.api<{ id: string; token: string }>('POST', '/users/ada/tokens', {
      json: { note: 'from a test' },
    })
    expect(made.status).toBe(201)
    expect((await whoAmI(made.body.token)).body).toMatchObject({ kind: 'user', name: 'ada' })
    expect((await gateway.api('DELETE', `/users/ada/tokens/${made.body.id}`)).status).toBe(204)
    await refused(made.body.token)
  })

  it('dies with its user, also when the user is made again', async () => {
    await gateway.api('POST', '/users/mayfly')
    const token = await gateway.token('mayfly')
    expect((await whoAmI(token)).status).toBe(200)
    expect((await gateway.api('DELETE', '/users/mayfly')).status).toBe(204)
    await refused(token)
    await gateway.api('POST', '/users/mayfly')
    expect((await whoAmI(token)).status).toBe(403)
  })
})

it('writes no token and no password anywhere', async () => {
  const token = await gateway.token('ada')
  await whoAmI(token)
  await gateway.api('GET', `/nothing?token=${token}`)
  for (const one of [token, secret, digested, serviceSecret]) {
    await gateway.api('GET', `/authorizations/token/${one}`)
    await gateway.api('GET', `/authorizations/token/${one}`, { token: 'wrong' })
    await gateway.api('GET', `/authorizations/nothing/${one}`)
  }
  await eventually('the log says what was refused', () =>
    gateway.stderr.includes('/hub/api/authorizations/token/…'),
  )
  const files = readdirSync(join(gateway.dir, 'var'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
  for (const text of [gateway.stdout, gateway.stderr, ...files]) {
    for (const secretText of [token, secret, digested, serviceSecret, 'open sesame']) {
      expect(text).not.toContain(secretText)
    }
  }
})
