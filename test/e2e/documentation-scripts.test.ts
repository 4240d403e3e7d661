import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, eventually, GatewayProcess, PYTHON } from '../support/gateway-process.ts'

const SERVICE_TOKEN = 'e2e-service-secret-0123456789abcdef0123456789abcdef'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await GatewayProcess.start({
    spawner: { kind: 'process', cmd: ['jupyter', 'server'] },
    services: [{ name: 'portal', api_token: SERVICE_TOKEN }],
    load_roles: [
      {
        name: 'portal',
        scopes: ['list:users', 'servers', 'tokens', 'access:servers', 'users:activity', 'shares'],
        services: ['portal'],
      },
      { name: 'portal-reads', scopes: ['read:users'], services: ['portal'] },
    ],
  })
  await gateway.api('POST', '/users', { json: { usernames: ['user1', 'user2'] } })
  await gateway.api('POST', '/groups/formgrade-data301')
})

afterAll(() => gateway[Symbol.asyncDispose]())

async function script(
  name: string,
  token: string,
  variables: Record<string, string> = {},
): Promise<string> {
  const env = { ...process.env, ...variables, API_URL: `${gateway.url}/hub/api`, TOKEN: token }
  const { stdout } = await promisify(execFile)(PYTHON, [`test/e2e/scripts/${name}`], { env })
  return stdout.trim()
}

describe('the scripts of JupyterHub’s documentation', () => {
  it('list users', async () => {
    expect(await script('list-users.py', ADMIN_TOKEN)).toBe("['root', 'user1', 'user2']")
  })

  it('add users to a group', async () => {
    expect(await script('add-to-group.py', ADMIN_TOKEN)).toBe("200 ['user1', 'user2']")
    const { body } = await gateway.api<{ name: string; users: string[] }>(
      'GET',
      '/groups/formgrade-data301',
    )
    expect(body).toMatchObject({ name: 'formgrade-data301', users: ['user1', 'user2'] })
  })

  it('end with an HTTP error for a token that nobody made', async () => {
    await expect(script('list-users.py', 'not-a-token-of-this-hub')).rejects.toThrow('403')
  })
})

describe('scripts as people write them for JupyterHub', () => {
  it('read all users a page at a time', async () => {
    expect(await script('page-users.py', SERVICE_TOKEN)).toBe("2 ['root', 'user1', 'user2']")
  })

  it('make a token for a user, use it and take it back', async () => {
    const who = { USER_NAME: 'user1' }
    const output = await script('token-for-user.py', SERVICE_TOKEN, who)
    expect(output).toBe('user1 403 on behalf of 403')
  })

  it('start a named server, follow its progress and visit it', async () => {
    const what = { USER_NAME: 'user2', SERVER_NAME: 'lab' }
    const output = await script('start-and-follow.py', SERVICE_TOKEN, what)
    expect(output).toMatch(/^\/user\/user2\/lab\/ \['connections', 'kernels', 'last_activity'/)
  })

  it('stop the servers that nobody uses', async () => {
    await gateway.startServer('idle')
    await gateway.startServer('idle', 'lab')
    expect(await script('cull-idle.py', ADMIN_TOKEN, { IDLE_SECONDS: '3600' })).toBe('[]')
    const culled = await script('cull-idle.py', ADMIN_TOKEN, { IDLE_SECONDS: '0' })
    expect(culled).toContain("'idle/', 'idle/lab'")
    await eventually('no server runs', async () => {
      const { body } = await gateway.api<unknown[]>('GET', '/users?state=active')
      return body.length === 0
    })
  })
})
