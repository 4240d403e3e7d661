import { describe, expect, it } from 'vitest'
import { findServer } from '../../src/hub/servers.ts'
import { findUser } from '../../src/hub/users.ts'
import { putServer } from '../support/people.ts'
import { ADA, expectError, GRACE, OPS, openRig, runServers, SERVICE } from './harness.ts'

const QUICK = { slow_spawn_timeout: 0.05 }

describe('POST /users/{name}/server', () => {
  it('answers 201 with an empty text when the server is ready in time', async () => {
    const rig = await openRig()
    runServers(rig)
    const { status, text, headers } = await rig.call('POST', '/users/ada/server', ADA)
    expect([status, text, headers.get('content-type')]).toEqual([201, '', 'text/plain'])
    const { body } = await rig.call('GET', '/users/ada', ADA)
    expect(body).toMatchObject({ server: '/user/ada/', pending: null })
    expect(body.servers['']).toMatchObject({ ready: true, stopped: false, url: '/user/ada/' })
  })

  it.each(['/users/ada/servers/', '/users/Ada/server'])(
    'starts the default server at %s too',
    async (path) => {
      const rig = await openRig()
      runServers(rig)
      expect((await rig.call('POST', path, ADA)).status).toBe(201)
      expect((await findServer(rig.hub, 'ada', ''))?.phase).toBe('ready')
    },
  )

  it('answers 202 while it takes longer, and to who asks again', async () => {
    const rig = await openRig({ config: QUICK })
    runServers(rig).fate = 'never'
    const first = await rig.call('POST', '/users/ada/server', ADA)
    expect([first.status, first.text]).toEqual([202, ''])
    expect((await rig.call('POST', '/users/ada/server', ADA)).status).toBe(202)
    expect((await rig.call('GET', '/users/ada', ADA)).body.pending).toBe('spawn')
  })

  it('answers what went wrong with the last output for the owner', async () => {
    const rig = await openRig()
    runServers(rig).fate = 'fails'
    const answer = await rig.call('POST', '/users/ada/server', ADA)
    expectError(answer, 500, 'The server exited with status 7.')
    expect(answer.body.output).toBe('no licence found')
  })

  it('keeps the output from others than the owner and admins', async () => {
    const config = {
      load_roles: [{ name: 'starter', scopes: ['start:servers'], services: ['announce'] }],
    }
    const rig = await openRig({ config })
    runServers(rig).fate = 'fails'
    const { body } = await rig.call('POST', '/users/ada/server', SERVICE)
    expect(body).toEqual({ status: 500, message: 'The server exited with status 7.' })
  })

  it('answers the status of the failure', async () => {
    const rig = await openRig()
    runServers(rig).fate = 'bad-options'
    expectError(await rig.call('POST', '/users/ada/server', ADA), 400, 'Invalid user options')
  })

  it('starts again after a failure', async () => {
    const rig = await openRig()
    const spawner = runServers(rig)
    spawner.fate = 'fails'
    await rig.call('POST', '/users/ada/server', ADA)
    spawner.fate = 'ready'
    expect((await rig.call('POST', '/users/ada/server', ADA)).status).toBe(201)
  })

  it('answers 409 to who waits when somebody stops it meanwhile', async () => {
    const rig = await openRig()
    runServers(rig).fate = 'never'
    const start = rig.call('POST', '/users/ada/server', ADA)
    await expect
      .poll(async () => (await findServer(rig.hub, 'ada', ''))?.phase, { timeout: 4000 })
      .toBe('spawning')
    await rig.call('DELETE', '/users/ada/server', OPS)
    const answer = await start
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body.message).toMatch(/stopped|cancel/i)
  })

  it('answers 400 when it runs or is stopping', async () => {
    const rig = await openRig()
    const ada = await findUser(rig.hub, 'ada')
    if (ada === undefined) throw new Error('no ada')
    await putServer(rig.hub, ada, '', { wanted: 'running', phase: 'ready' })
    expectError(await rig.call('POST', '/users/ada/server', ADA), 400, 'ada is already running')
    await putServer(rig.hub, ada, 'gpu', { wanted: 'stopped', phase: 'stopping' })
    const answer = await rig.call('POST', '/users/ada/servers/gpu', ADA)
    expectError(answer, 400, 'ada:gpu is pending stop')
  })

  it('answers 429 with Retry-After at the limit of starts', async () => {
    const rig = await openRig({ config: { ...QUICK, concurrent_spawn_limit: 1 } })
    runServers(rig).fate = 'never'
    await rig.call('POST', '/users/ada/server', ADA)
    const answer = await rig.call('POST', '/users/grace/server', GRACE)
    expectError(answer, 429, /^Too many users trying to log in right now/)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

describe('the body of a start', () => {
  const options = async (body: unknown) => {
    const rig = await openRig({ config: QUICK })
    await rig.call('POST', '/users/ada/servers/gpu', ADA, body)
    return findServer(rig.hub, 'ada', 'gpu')
  }

  it('is the options themselves when it names neither options nor a display name', async () => {
    expect(await options({ cpus: 2 })).toMatchObject({ userOptions: { cpus: 2 } })
  })

  it('has options and a display name, and other keys are dropped', async () => {
    const server = await options({ user_options: { cpus: 2 }, display_name: 'My GPU', x: 1 })
    expect(server).toMatchObject({ userOptions: { cpus: 2 }, displayName: 'My GPU' })
    expect(await options({ display_name: 'My GPU', cpus: 1 })).toMatchObject({ userOptions: null })
  })

  it('takes the last options when it has none', async () => {
    const rig = await openRig()
    runServers(rig)
    const path = '/users/ada/servers/gpu'
    await rig.call('POST', path, ADA, { cpus: 2 })
    expect((await rig.call('DELETE', path, ADA)).status).toBe(204)
    expect((await rig.call('POST', path, ADA)).status).toBe(201)
    const { body } = await rig.call('GET', path, ADA)
    expect(body.user_options).toEqual({ cpus: 2 })
  })

  it.each([
    ['gpu', [], 'Body must be a JSON object'],
    ['gpu', '5', 'Body must be a JSON object'],
    ['gpu', { user_options: 5 }, 'user_options must be an object or null'],
    ['gpu', { user_options: [] }, 'user_options must be an object or null'],
    ['gpu', { display_name: 5 }, 'display_name must be a string'],
    ['gpu', { display_name: ' x' }, /^Invalid display_name/],
    ['BAD', undefined, "Invalid server_name: 'BAD'"],
  ])('answers 400 for %s with %j', async (name, body, message) => {
    const { call } = await openRig()
    expectError(await call('POST', `/users/ada/servers/${name}`, ADA, body), 400, message)
  })
})

describe('POST /users/{name}/servers/{server} without permission', () => {
  it('answers 404 for a missing user, 403 and 404 without the scope', async () => {
    const { call, tokenOf } = await openRig()
    expectError(await call('POST', '/users/nobody/server'), 404, null)
    expectError(await call('POST', '/users/ada/server', GRACE), 404, /^No access/)
    expectError(await call('POST', '/users/ada/server', SERVICE), 403, /\[start:servers\]/)
    const token = await tokenOf('ada', ['start:servers!server=ada/gpu'])
    expectError(await call('POST', '/users/ada/server', token), 404, /^No access/)
  })

  it('answers 400 when named servers are off or there are too many', async () => {
    const off = await openRig({ config: { allow_named_servers: false } })
    const answer = await off.call('POST', '/users/ada/servers/gpu', ADA)
    expectError(answer, 400, 'Named servers are not enabled.')
    const one = await openRig({ config: { ...QUICK, named_server_limit_per_user: 1 } })
    await one.call('POST', '/users/ada/servers/first', ADA)
    const second = await one.call('POST', '/users/ada/servers/second', ADA)
    expectError(second, 400, /^User ada already has the maximum of 1 named servers\. {2}One must/)
  })
})
