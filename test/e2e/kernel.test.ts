import { readFileSync } from 'node:fs'
import { KernelManager, ServerConnection } from '@jupyterlab/services'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { GatewayProcess } from '../support/gateway-process.ts'
import { connectionTo, executeIn } from '../support/jupyter-client.ts'

/** A real JupyterLab with a real kernel, used by Jupyter's own client library through the gateway. */

let gateway: GatewayProcess
let token: string

beforeAll(async () => {
  gateway = await GatewayProcess.start()
  await gateway.startServer('ada')
  token = await gateway.token('ada', ['access:servers!server=ada/'])
})

afterAll(() => gateway[Symbol.asyncDispose]())

const connection = (withToken: string) => connectionTo(gateway, 'ada', withToken)

async function execute(serverSettings: ServerConnection.ISettings, code: string): Promise<string> {
  const kernels = new KernelManager({ serverSettings })
  const kernel = await kernels.startNew({ name: 'python3' })
  try {
    return await executeIn(kernel, code)
  } finally {
    await kernel.shutdown()
    kernel.dispose()
    kernels.dispose()
  }
}

it('runs 6*7 in a real kernel with a notebook token', async () => {
  expect(await execute(connection(token), '6*7')).toBe('42')
})

it('refuses the same client with a hub token', async () => {
  const hubToken = await gateway.token('ada')
  const serverSettings = connection(hubToken)
  const kernels = `${gateway.url}/user/ada/api/kernels`
  const response = await ServerConnection.makeRequest(kernels, { method: 'POST' }, serverSettings)
  expect(response.status).toBe(403)
  expect(await response.json()).toMatchObject({ error: 'hub_token_refused' })
})

it('serves JupyterLab’s page without the server’s own secret in it', async () => {
  const pid = gateway.serverProcesses().find((one) => environment(one)['JUPYTER_TOKEN'])
  const secret = environment(pid ?? 0)['JUPYTER_TOKEN'] ?? ''
  expect(secret).toHaveLength(43)
  const page = await fetch(`${gateway.url}/user/ada/lab`, {
    headers: { authorization: `token ${token}` },
  })
  const html = await page.text()
  expect(page.status).toBe(200)
  expect(html).toContain('jupyter-config-data')
  expect(html).not.toContain(secret)
  for (const one of gateway.serverProcesses()) {
    expect(readFileSync(`/proc/${one}/cmdline`, 'utf8')).not.toContain(secret)
  }
})

function environment(pid: number): Record<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  )
}

it('runs a named server beside the default one', async () => {
  await gateway.startServer('ada', 'gpu')
  const both = await gateway.token('ada', ['access:servers!user=ada'])
  const headers = { authorization: `token ${both}` }
  const named = await fetch(`${gateway.url}/user/ada/gpu/api/status`, { headers })
  const plain = await fetch(`${gateway.url}/user/ada/api/status`, { headers })
  expect([named.status, plain.status]).toEqual([200, 200])
  const onlyDefault = await fetch(`${gateway.url}/user/ada/gpu/api/status`, {
    headers: { authorization: `token ${token}` },
  })
  expect(onlyDefault.status).toBe(403)
  const routes = await gateway.api<Record<string, { target: string; data: object }>>(
    'GET',
    '/proxy',
  )
  expect(Object.keys(routes.body)).toEqual(expect.arrayContaining(['/user/ada/', '/user/ada/gpu/']))
  expect(
    (await gateway.api('DELETE', '/users/ada/servers/gpu', { json: { remove: true } })).status,
  ).toBe(204)
  expect((await gateway.api('GET', '/users/ada/servers/gpu')).status).toBe(404)
})
