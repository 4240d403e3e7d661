import { expect, it } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { eventually, GatewayProcess, PYTHON, processesWith } from '../support/gateway-process.ts'
import type { ConfigInput } from '../support/hub.ts'
import { servicePath } from '../support/service-process.ts'

/** Services that the gateway runs: by one replica, again when they end, and never without a gateway. */

interface Beat {
  pid: number
  token: string
  greeting: string | null
}

let counter = 0

/** A configuration with one service, whose processes are found by its mark. */
async function beating(more: object = {}): Promise<{ config: ConfigInput; mark: string }> {
  counter += 1
  const mark = `beat-${process.pid}-${counter}-`
  const service = {
    name: 'beat',
    url: `http://127.0.0.1:${await freePort()}`,
    command: [PYTHON, servicePath('beat.py')],
    environment: { MARK: mark },
    ...more,
  }
  return { config: { services: [service] }, mark }
}

async function beat(gateway: GatewayProcess, path = ''): Promise<Beat | undefined> {
  const response = await fetch(`${gateway.url}/services/beat/${path}`).catch(() => undefined)
  return response?.ok === true ? ((await response.json()) as Beat) : undefined
}

const other = (gateway: GatewayProcess, before: Beat): Promise<Beat> =>
  eventually('the service runs again', async () => {
    const now = await beat(gateway)
    return now !== undefined && now.pid !== before.pid && now
  })

const known = async (gateway: GatewayProcess, token: string): Promise<number> =>
  (await gateway.api('GET', '/user', { token })).status

const gone = (mark: string): Promise<boolean> =>
  eventually('nothing of the service is left', () => processesWith(mark).length === 0)

it('starts with the gateway, prints to its log, and stops with it', async () => {
  const { config, mark } = await beating()
  await using gateway = await GatewayProcess.start(config)
  const first = await eventually('the service runs', () => beat(gateway))

  const who = await gateway.api('GET', '/user', { token: first.token })
  expect(who.body).toMatchObject({ kind: 'service', name: 'beat' })
  const lines = gateway.stderr
    .split('\n')
    .filter((line) => line.includes('service.output'))
    .map((line) => JSON.parse(line) as { service: string; msg: string })
  expect(lines.map(({ service, msg }) => `${service}: ${msg}`).sort()).toEqual([
    'beat: first line',
    'beat: second line',
    'beat: to stderr',
  ])
  expect(processesWith(mark).length).toBeGreaterThanOrEqual(3)

  expect(await gateway.kill('SIGTERM')).toBe(0)

  expect(processesWith(mark)).toEqual([])
})

it('starts again when it ends, with another token', async () => {
  const { config, mark } = await beating()
  await using gateway = await GatewayProcess.start(config)
  const first = await eventually('the service runs', () => beat(gateway))

  await beat(gateway, 'crash')
  const second = await other(gateway, first)

  expect(second.token).not.toBe(first.token)
  expect(await known(gateway, first.token)).toBe(403)
  expect(await known(gateway, second.token)).toBe(200)
  const { stderr } = gateway
  expect(stderr).toContain('service ended by itself')
  expect(stderr).toContain('"code":7')
  await gateway.kill('SIGTERM')
  await gone(mark)
})

it('is given the configured token, which stays', async () => {
  const api_token = 'configured-secret-0123456789abcdef'
  const { config, mark } = await beating({ api_token })
  await using gateway = await GatewayProcess.start(config)
  const first = await eventually('the service runs', () => beat(gateway))

  process.kill(first.pid, 'SIGKILL')
  const second = await other(gateway, first)

  expect([first.token, second.token]).toEqual([api_token, api_token])
  expect(await known(gateway, api_token)).toBe(200)
  await gateway.kill('SIGTERM')
  await gone(mark)
})

it('does not outlive a gateway that is killed, whatever it ignores', async () => {
  const { config, mark } = await beating()
  await using gateway = await GatewayProcess.start(config)
  const first = await eventually('the service runs', () => beat(gateway))

  await gateway.kill('SIGKILL')
  await eventually('its process group is gone', () => !processesWith(mark).includes(first.pid))

  // What left the group is found by the next gateway on the machine.
  await gateway.run()
  const second = await other(gateway, first)
  expect(await known(gateway, first.token)).toBe(403)
  expect(await known(gateway, second.token)).toBe(200)
  await gateway.kill('SIGTERM')
  await gone(mark)
})

it('follows the configuration', async () => {
  const { config, mark } = await beating()
  await using gateway = await GatewayProcess.start(config)
  const first = await eventually('the service runs', () => beat(gateway))
  const [service] = config.services ?? []

  const environment = { MARK: mark, GREETING: 'hello' }
  await gateway.configure({ services: [{ name: 'beat', ...service, environment }] })
  const second = await other(gateway, first)
  expect(second.greeting).toBe('hello')
  expect(processesWith(mark)).not.toContain(first.pid)

  await gateway.configure({ services: [] })
  await gone(mark)
  expect(await known(gateway, second.token)).toBe(403)
  expect((await fetch(`${gateway.url}/services/beat/`)).status).toBe(404)
})

it('one replica runs it, and another takes over', async () => {
  const { config, mark } = await beating()
  await using one = await GatewayProcess.start(config)
  const first = await eventually('the service runs', () => beat(one))
  await using two = await one.replica()

  expect((await beat(two))?.pid).toBe(first.pid)
  const before = processesWith(mark).length
  await one.kill('SIGKILL')
  const second = await other(two, first)

  expect(await known(two, first.token)).toBe(403)
  expect(await known(two, second.token)).toBe(200)
  await eventually('it runs once', () => processesWith(mark).length === before)
  await two.kill('SIGTERM')
  await gone(mark)
})

it('is started again when it does not answer in time', async () => {
  const { config, mark } = await beating({ command: ['sleep', '1000'], timeout: 1 })
  await using gateway = await GatewayProcess.start(config)
  await eventually('it was stopped and started again', () => {
    return gateway.stderr.split('service.started').length > 2
  })
  expect(gateway.stderr).toContain('service.silent')
  await gateway.kill('SIGTERM')
  await gone(mark)
})

it('a command that cannot be run is told in the log, and the gateway serves', async () => {
  const { config } = await beating({ command: ['no-such-command-here'] })
  await using gateway = await GatewayProcess.start(config)

  await eventually('the log says so', () => gateway.stderr.includes('not found'))
  expect((await gateway.api('GET', '/')).status).toBe(200)
})
