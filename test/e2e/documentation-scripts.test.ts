import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ADMIN_TOKEN, GatewayProcess, PYTHON } from '../support/gateway-process.ts'

let gateway: GatewayProcess

beforeAll(async () => {
  gateway = await GatewayProcess.start()
  await gateway.api('POST', '/users', { json: { usernames: ['user1', 'user2'] } })
  await gateway.api('POST', '/groups/formgrade-data301')
})

afterAll(() => gateway[Symbol.asyncDispose]())

async function script(name: string, token: string): Promise<string> {
  const env = { ...process.env, API_URL: `${gateway.url}/hub/api`, TOKEN: token }
  const { stdout } = await promisify(execFile)(PYTHON, [`test/e2e/scripts/${name}`], { env })
  return stdout.trim()
}

it('lists users with the script of JupyterHub’s documentation', async () => {
  expect(await script('list-users.py', ADMIN_TOKEN)).toBe("['root', 'user1', 'user2']")
})

it('adds users to a group with the script of JupyterHub’s documentation', async () => {
  expect(await script('add-to-group.py', ADMIN_TOKEN)).toBe("200 ['user1', 'user2']")
  const { body } = await gateway.api<{ name: string; users: string[] }>(
    'GET',
    '/groups/formgrade-data301',
  )
  expect(body).toMatchObject({ name: 'formgrade-data301', users: ['user1', 'user2'] })
})

it('ends the scripts with an HTTP error for a token that nobody made', async () => {
  await expect(script('list-users.py', 'not-a-token-of-this-hub')).rejects.toThrow('403')
})
