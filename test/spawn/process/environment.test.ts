import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test, vi } from 'vitest'
import { encodeName } from '../../../src/spawn/process/encode-name.ts'
import { fillPlaceholders } from '../../../src/spawn/process/placeholders.ts'
import { content, makeRig, patient } from './rig.ts'

const DUMP = [
  'sh',
  '-c',
  'env -0 > "$HOME/env"; pwd > "$HOME/pwd"; echo done > "$HOME/done"; sleep 600',
]

async function environmentIn(home: string): Promise<Record<string, string>> {
  await content(join(home, 'done'))
  const text = await readFile(join(home, 'env'), 'utf8')
  const pairs = text
    .split('\0')
    .filter((pair) => pair !== '')
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])
  return Object.fromEntries(pairs)
}

test("a server's environment is what the contract names, and nothing else of the gateway's", async () => {
  vi.stubEnv('HUBGATE_CANARY', 'a-secret-of-the-gateway')
  vi.stubEnv('KEPT', 'yes')
  vi.stubEnv('SHELL', '/bin/sh')
  const rig = await makeRig({
    cmd: DUMP,
    env_keep: ['PATH', 'KEPT', 'ABSENT'],
    environment: {
      ALL: '{port} {ip} {base_url} {username} {servername} {token} {other}',
      USER: 'overridden',
      HUBGATE_RUN_ID: 'not-possible',
    },
  })
  const request = rig.request({ server: 'gpu', prefix: '/user/ada/gpu/' })
  const state = await rig.spawner.prepare(request)
  await rig.spawner.start(state, request, patient())
  const home = join(rig.dir, 'home', 'ada')
  const environment = await environmentIn(home)
  const port = String(state['port'])
  // A shell adds these itself.
  for (const name of ['PWD', 'OLDPWD', 'SHLVL', '_']) delete environment[name]
  expect(environment).toEqual({
    PATH: process.env['PATH'],
    KEPT: 'yes',
    HOME: home,
    USER: 'overridden',
    SHELL: '/bin/sh',
    JUPYTER_TOKEN: request.secret,
    JUPYTERHUB_USER: 'ada',
    JUPYTERHUB_SERVER_NAME: 'gpu',
    JUPYTERHUB_SERVICE_PREFIX: '/user/ada/gpu/',
    JUPYTERHUB_BASE_URL: '/',
    HUBGATE_RUN_ID: request.runId,
    ALL: `${port} 127.0.0.1 /user/ada/gpu/ ada gpu ${request.secret} {other}`,
  })
  expect(await readFile(join(home, 'pwd'), 'utf8')).toBe(`${home}\n`)
})

test('a server that checks visitors itself is told where it listens and what it shows', async () => {
  const rig = await makeRig({ cmd: DUMP, default_url: '/lab' })
  const request = rig.request({ auth: 'oauth' })
  const state = await rig.spawner.prepare(request)
  await rig.spawner.start(state, request, patient())
  const home = join(rig.dir, 'home', 'ada')
  const environment = await environmentIn(home)
  expect(environment).toMatchObject({
    JUPYTERHUB_SERVICE_URL: `http://127.0.0.1:${String(state['port'])}/user/ada/`,
    JUPYTERHUB_ROOT_DIR: home,
    JUPYTERHUB_DEFAULT_URL: '/lab',
    JUPYTERHUB_API_TOKEN: request.secret,
  })
  expect(environment).not.toHaveProperty('JUPYTER_TOKEN')
})

test('cmd and args are filled in too', async () => {
  const rig = await makeRig({
    cmd: ['sh', '-c', 'echo "$0 $1 $2" > "$HOME/args"; sleep 600', '{username}'],
    args: ['--port={port}', '{{base_url}}'],
  })
  const request = rig.request()
  const state = await rig.spawner.prepare(request)
  await rig.spawner.start(state, request, patient())
  expect(await content(join(rig.dir, 'home', 'ada', 'args'))).toBe(
    `ada --port=${String(state['port'])} {/user/ada/}\n`,
  )
})

test.each(['a/../b', '..', '.', 'grüße 日本', '-rf', '%2e%2e'])(
  'the home of a user called %j stays where homes are',
  async (user) => {
    const rig = await makeRig({ cmd: DUMP })
    const request = rig.request({ user })
    await rig.spawner.start(await rig.spawner.prepare(request), request, patient())
    const home = join(rig.dir, 'home', encodeName(user))
    expect(resolve(home, '..')).toBe(join(rig.dir, 'home'))
    const environment = await environmentIn(home)
    expect(environment).toMatchObject({ HOME: home, JUPYTERHUB_USER: user, USER: user })
  },
)

test('what a placeholder brings in is not filled in again', () => {
  const values = {
    port: '1',
    ip: '::',
    base_url: '/',
    username: '{token}$&',
    servername: '',
    token: 'secret',
  }
  expect(fillPlaceholders('{username}|{servername}|{Token}|{', values)).toBe('{token}$&||{Token}|{')
})
