import { expect, it } from 'vitest'
import { openMeasured } from './exposition.ts'

it('begins with every status that JupyterHub lists, at zero', async () => {
  const samples = await openMeasured().samples()
  const counts = [...samples].filter(([name]) => /_count\b/.test(name))
  expect(Object.fromEntries(counts)).toEqual({
    'jupyterhub_server_spawn_duration_seconds_count{status="success",reason=""}': 0,
    'jupyterhub_server_spawn_duration_seconds_count{status="failure",reason=""}': 0,
    'jupyterhub_server_spawn_duration_seconds_count{status="error",reason=""}': 0,
    'jupyterhub_server_spawn_duration_seconds_count{status="failure",reason="throttled"}': 0,
    'jupyterhub_server_spawn_duration_seconds_count{status="failure",reason="too-many-users"}': 0,
    'jupyterhub_server_stop_seconds_count{status="success"}': 0,
    'jupyterhub_server_stop_seconds_count{status="failure"}': 0,
    'jupyterhub_server_poll_duration_seconds_count{status="ServerPollStatus.running"}': 0,
    'jupyterhub_server_poll_duration_seconds_count{status="ServerPollStatus.stopped"}': 0,
    'jupyterhub_login_duration_seconds_count{status="LoginStatus.success"}': 0,
    'jupyterhub_login_duration_seconds_count{status="LoginStatus.failure"}': 0,
    jupyterhub_logout_duration_seconds_count: 0,
    jupyterhub_check_routes_duration_seconds_count: 0,
    jupyterhub_hub_startup_duration_seconds_count: 0,
    jupyterhub_event_loop_interval_seconds_count: 0,
  })
})

it('counts what it is told under the labels that dashboards ask for', async () => {
  const { instruments, samples } = openMeasured()
  instruments.requestAnswered({ method: 'GET', handler: '/hub/api/users/{name}', code: 200 }, 0.2)
  instruments.serverStarted({ status: 'error', reason: 'timeout' }, 61)
  instruments.serverStopped('success', 2)
  instruments.serverPolled('running', 0.001)
  instruments.loginEnded('failure', 0.3)
  instruments.logoutEnded(0.1)
  instruments.routesChecked(0.2)
  instruments.hubStarted(0.5)
  instruments.eventLoopTicked(0.05)
  const found = await samples()
  const ones = [...found].filter(([name, value]) => /_count\b/.test(name) && value === 1)
  expect(ones.map(([name]) => name.replace('jupyterhub_', ''))).toEqual([
    'request_duration_seconds_count{method="GET",handler="/hub/api/users/{name}",code="200"}',
    'server_spawn_duration_seconds_count{status="error",reason="timeout"}',
    'server_stop_seconds_count{status="success"}',
    'server_poll_duration_seconds_count{status="ServerPollStatus.running"}',
    'login_duration_seconds_count{status="LoginStatus.failure"}',
    'logout_duration_seconds_count',
    'check_routes_duration_seconds_count',
    'hub_startup_duration_seconds_count',
    'event_loop_interval_seconds_count',
  ])
  const sum = 'jupyterhub_server_spawn_duration_seconds_sum{status="error",reason="timeout"}'
  expect(found.get(sum)).toBe(61)
})

it.each([
  ['server_spawn_duration_seconds', '0.5 1 2.5 5 10 15 30 60 120 180 300 600 +Inf'],
  ['server_stop_seconds', '0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10 +Inf'],
  [
    'event_loop_interval_seconds',
    '0.05 0.055 0.06 0.065 0.07 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10 +Inf',
  ],
])('%s has the buckets of JupyterHub', async (name, buckets) => {
  const { instruments, samples } = openMeasured()
  instruments.serverStopped('success', 1)
  const found = [...(await samples()).keys()]
    .filter((sample) => sample.startsWith(`jupyterhub_${name}_bucket`))
    .map((sample) => /le="([^"]+)"/.exec(sample)?.[1])
  expect([...new Set(found)].join(' ')).toBe(buckets)
})
