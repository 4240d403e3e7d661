import { expect, it } from 'vitest'
import { eventually, GatewayProcess } from '../support/gateway-process.ts'
import { plainRequest } from '../support/plain-request.ts'

/** SIGTERM: the checks turn first, then nothing is accepted any more, then the process ends with 0. */

it('says that it goes away while it still serves, and then ends', async () => {
  await using gateway = await GatewayProcess.start({ listen: { drain_delay: 2 } })
  const get = (path: string) => plainRequest('GET', `${gateway.url}${path}`)
  expect((await get('/hub/health')).status).toBe(200)
  expect(JSON.parse((await get('/hub/ready')).text)).toEqual({
    ready: true,
    ending: false,
    store: 'ok',
  })

  const ended = gateway.kill('SIGTERM')
  await eventually('the health check turns', async () => (await get('/hub/health')).status === 503)
  const ready = await get('/hub/ready')
  expect(ready.status).toBe(503)
  expect(JSON.parse(ready.text)).toEqual({ ready: false, ending: true, store: 'ok' })
  const answer = await get('/hub/api')
  expect(answer.status).toBe(200)
  expect(answer.headers.connection).toBe('close')

  expect(await ended).toBe(0)
  await expect(get('/hub/health')).rejects.toThrow('ECONNREFUSED')
})

it('answers the checks on their exact paths only, and to GET and HEAD only', async () => {
  await using gateway = await GatewayProcess.start()
  const ask = (method: string, path: string) => plainRequest(method, `${gateway.url}${path}`)
  expect((await ask('HEAD', '/hub/health')).status).toBe(200)
  expect((await ask('POST', '/hub/health')).status).not.toBe(200)
  expect((await ask('GET', '/hub/healthy')).status).toBe(404)
  expect((await ask('GET', '/hub/health?x=1')).status).toBe(404)
})
