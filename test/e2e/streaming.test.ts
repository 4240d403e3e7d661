import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'

const MEGABYTES = 1024
const MEGABYTE = 1024 * 1024

/** How much the gateway may grow while a gigabyte passes through it. */
const GROWTH_KB = 100 * 1024

let gateway: GatewayProcess
let headers: Record<string, string>

beforeAll(async () => {
  gateway = await GatewayProcess.start({
    spawner: {
      kind: 'process',
      cmd: [process.execPath, resolve('test/support/upstream-app.ts'), '{port}', '{base_url}'],
      poll_interval: 0.2,
    },
  })
  await gateway.startServer('ada')
  const token = await gateway.token('ada', ['access:servers!server=ada/'])
  headers = { authorization: `token ${token}` }
})

afterAll(() => gateway[Symbol.asyncDispose]())

function memoryKb(): number {
  const status = readFileSync(`/proc/${gateway.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1])
}

it('streams a download of 1 GB with flat memory', async () => {
  await fetch(`${gateway.url}/user/ada/download?mb=64`, { headers }).then((r) => r.arrayBuffer())
  const before = memoryKb()
  const response = await fetch(`${gateway.url}/user/ada/download?mb=${MEGABYTES}`, { headers })
  let bytes = 0
  let peak = before
  for await (const chunk of response.body ?? []) {
    bytes += (chunk as Uint8Array).length
    if (bytes % (64 * MEGABYTE) < 65_536) peak = Math.max(peak, memoryKb())
  }
  expect(bytes).toBe(MEGABYTES * MEGABYTE)
  expect(peak - before).toBeLessThan(GROWTH_KB)
})

it('streams an upload of 1 GB with flat memory', async () => {
  const before = memoryKb()
  let peak = before
  let sent = 0
  const chunk = Buffer.alloc(MEGABYTE, 'y')
  const body = new Readable({
    read() {
      if (sent % 64 === 0) peak = Math.max(peak, memoryKb())
      sent += 1
      this.push(sent > MEGABYTES ? null : chunk)
    },
  })
  const answer = await new Promise<string>((done, failed) => {
    const upload = request(`${gateway.url}/user/ada/upload`, { method: 'PUT', headers })
    upload.on('error', failed)
    upload.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      response.on('end', () => done(text))
    })
    body.pipe(upload)
  })
  expect(JSON.parse(answer)).toEqual({ bytes: MEGABYTES * MEGABYTE })
  expect(peak - before).toBeLessThan(GROWTH_KB)
})

it('passes events on as they come, and ends them at the server when the client goes away', async () => {
  const gone = new AbortController()
  const response = await fetch(`${gateway.url}/user/ada/endless`, { headers, signal: gone.signal })
  const reader = response.body?.getReader()
  const first = await reader?.read()
  expect(new TextDecoder().decode(first?.value)).toBe('data: first\n\n')
  gone.abort()
  const record = join(gateway.dir, 'var/home/ada/record.log')
  await eventually('the server notices', () =>
    readFileSync(record, 'utf8').includes('endless closed'),
  )
})

it.each(['length', 'chunked'])(
  'ends the response as an error when the server dies in the middle of it (%s)',
  async (framing) => {
    await eventually('the server is there', async () => {
      const { body } = await gateway.api<{ ready: boolean }>('GET', '/users/ada/server')
      if (!body.ready) await gateway.api('POST', '/users/ada/server')
      return body.ready
    })
    const response = await fetch(`${gateway.url}/user/ada/die?framing=${framing}`, { headers })
    await expect(response.arrayBuffer()).rejects.toThrow()
    await eventually('the death is noticed', async () => {
      const { body } = await gateway.api<{ ready: boolean }>('GET', '/users/ada/server')
      return !body.ready
    })
  },
)

it('answers 424 to API clients once the server is gone', async () => {
  await gateway.api('DELETE', '/users/ada/server')
  const response = await fetch(`${gateway.url}/user/ada/api/status`, { headers })
  expect(response.status).toBe(424)
  expect(await response.json()).toMatchObject({
    message: expect.stringContaining('JupyterHub server no longer running') as string,
  })
})
