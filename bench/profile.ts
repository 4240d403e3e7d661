// What a forwarded request costs a gateway: node bench/profile.ts [--prof DIR] [--seconds N] [--case NAME]
// With --prof it leaves a CPU profile of each case in the directory (chrome://inspect, speedscope).
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { HttpBrowser } from '../test/support/http-browser.ts'
import { printMachine, printTable } from './figures.ts'
import { startGateway } from './gateway.ts'
import { Load } from './profile/load.ts'
import { cpuTime } from './proxy/processes.ts'
import { scratchDir } from './scratch-dir.ts'

const ADMIN = 'profile-admin-secret-0123456789abcdef0123456789abcdef'
const BACKEND = join(import.meta.dirname, 'profile', 'backend.ts')
const CONNECTIONS = 32
const PATH = '/user/ada/api/kernels?1763845699'

const { values } = parseArgs({
  options: {
    prof: { type: 'string' },
    seconds: { type: 'string', default: '4' },
    case: { type: 'string' },
  },
})

async function api(url: string, method: string, path: string, json?: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/hub/api${path}`, {
    method,
    headers: { authorization: `token ${ADMIN}` },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

async function readyServer(url: string): Promise<void> {
  await api(url, 'POST', '/users/ada')
  await api(url, 'POST', '/users/ada/server')
  for (;;) {
    const user = (await api(url, 'GET', '/users/ada')) as {
      servers: Record<string, { ready: boolean }>
    }
    if (user.servers['']?.ready === true) return
    await pause(50)
  }
}

async function cookie(url: string): Promise<string> {
  const browser = new HttpBrowser()
  await browser.signIn(url, 'ada')
  await browser.get(url, '/user/ada/api/kernels')
  return browser.cookiesFor('/user/ada/api/kernels')
}

/** What a script of a user's sends, and what JupyterLab's page in Chromium does. */
async function requests(url: string): Promise<[name: string, head: string[]][]> {
  const { host } = new URL(url)
  const { token } = (await api(url, 'POST', '/users/ada/tokens', {
    scopes: ['access:servers!server=ada/'],
  })) as { token: string }
  const start = [`GET ${PATH} HTTP/1.1`, `Host: ${host}`]
  const script = ['User-Agent: python-requests/2.32', 'Accept-Encoding: gzip', 'Accept: */*']
  return [
    ['token', [...start, ...script, `Authorization: token ${token}`]],
    [
      'cookie',
      [
        ...start,
        'Connection: keep-alive',
        'sec-ch-ua-platform: "Linux"',
        'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36',
        'sec-ch-ua: "Chromium";v="143", "Not A(Brand";v="24"',
        'Content-Type: application/json',
        'sec-ch-ua-mobile: ?0',
        'Accept: */*',
        'Sec-Fetch-Site: same-origin',
        'Sec-Fetch-Mode: cors',
        'Sec-Fetch-Dest: empty',
        `Referer: ${url}/user/ada/lab`,
        'Accept-Encoding: gzip, deflate, br, zstd',
        'Accept-Language: en-GB,en;q=0.9',
        `Cookie: _xsrf=2|e7cbd0a4|9d9e18ba6e5ff17c1ee1f4a3|1763845699; ${await cookie(url)}`,
      ],
    ],
  ]
}

/** Three seconds of what the gateway does. */
async function profile(pid: number, name: string, directory: string): Promise<void> {
  process.kill(pid, 'SIGUSR2')
  await pause(3_000)
  process.kill(pid, 'SIGUSR2')
  await pause(1_000)
  await mkdir(directory, { recursive: true })
  await copyFile(join(dir, 'cpuprofile'), join(directory, `${name}.cpuprofile`))
}

await using cleanup = new AsyncDisposableStack()
const dir = await scratchDir(cleanup)
const config = {
  admin_users: ['root'],
  allow_all: true,
  authenticator: { kind: 'dummy', password: 'open sesame' },
  api_tokens: { [ADMIN]: 'root' },
  spawner: { kind: 'process', cmd: [process.execPath, BACKEND, '{port}'] },
}
await writeFile(join(dir, 'hubgate.yaml'), stringify(config))
const sampler = join(import.meta.dirname, 'profile', 'sampler.ts')
const profiling = values.prof === undefined ? [] : ['--import', sampler]
process.env['PROFILE_FILE'] = join(dir, 'cpuprofile')
const gateway = await startGateway(dir, new AbortController().signal, profiling)
const { url, running } = gateway
cleanup.use(running)
cleanup.defer(() => api(url, 'DELETE', '/users/ada/server').then(() => undefined))
await readyServer(url)

const rows = [['request', 'requests/s', 'user µs', 'system µs', 'CPU µs per request']]
for (const [name, head] of await requests(url)) {
  if (values.case !== undefined && values.case !== name) continue
  using load = await Load.open(Number(new URL(url).port), CONNECTIONS, head)
  await pause(2_000)
  const [count, cpu, start] = [load.count, await cpuTime(running.pid), performance.now()]
  await pause(Number(values.seconds) * 1_000)
  const after = await cpuTime(running.pid)
  const done = load.count - count
  const rate = done / ((performance.now() - start) / 1_000)
  if (values.prof !== undefined) await profile(running.pid, name, values.prof)
  const [user, system] = [after.user - cpu.user, after.system - cpu.system]
  const perRequest = [user, system, user + system].map((spent) =>
    ((spent * 1_000_000) / done).toFixed(1),
  )
  rows.push([name, rate.toFixed(0), ...perRequest])
}
printMachine()
printTable('A forwarded request', rows)
