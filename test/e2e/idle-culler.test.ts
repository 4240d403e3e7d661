import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually, GatewayProcess, PYTHON } from '../support/gateway-process.ts'

/**
 * jupyterhub-idle-culler, unmodified, as a service that the gateway runs: it stops the server that
 * nobody uses and leaves the one whose kernel works. The servers are jupyterhub-singleuser, which
 * reports what its kernels do.
 */

const stopped = async (gateway: GatewayProcess, user: string) =>
  (await gateway.api<{ stopped: boolean }>('GET', `/users/${user}/server`)).body.stopped

/** Starts a kernel that prints for as long as it lives, and leaves it alone. */
async function work(gateway: GatewayProcess, user: string): Promise<void> {
  const token = await gateway.token(user, [`access:servers!user=${user}`])
  const headers = { authorization: `token ${token}` }
  const base = `${gateway.url}/user/${user}/api/kernels`
  const made = await fetch(base, { method: 'POST', headers })
  const { id } = (await made.json()) as { id: string }
  const socket = new WebSocket(`${base.replace('http', 'ws')}/${id}/channels`, { headers })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const content = {
    code: 'import time\nwhile True:\n    time.sleep(0.5)\n    print("still here")',
    silent: false,
    store_history: false,
    user_expressions: {},
    allow_stdin: false,
  }
  const header = {
    msg_id: '1',
    msg_type: 'execute_request',
    session: 's',
    username: user,
    version: '5.3',
  }
  socket.send(
    JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: 'shell' }),
  )
  await new Promise<void>((prints) => {
    socket.on('message', (data: Buffer) => {
      if (data.toString('latin1').includes('still here')) prints()
    })
  })
  socket.close()
}

it('culls the idle server and leaves the busy one', async () => {
  await using gateway = await GatewayProcess.start({
    spawner: {
      kind: 'process',
      notebook_auth: 'oauth',
      args: process.getuid?.() === 0 ? ['--allow-root'] : [],
      environment: { JUPYTERHUB_ACTIVITY_INTERVAL: '1' },
    },
    services: [
      {
        name: 'idle-culler',
        command: [PYTHON, '-m', 'jupyterhub_idle_culler', '--timeout=8', '--cull-every=1'],
      },
    ],
    load_roles: [
      {
        name: 'idle-culler',
        scopes: ['list:users', 'read:users:activity', 'read:servers', 'delete:servers'],
        services: ['idle-culler'],
      },
    ],
  })
  await gateway.startServer('busy')
  await work(gateway, 'busy')
  await gateway.startServer('idle')

  await eventually('the idle server is culled', () => stopped(gateway, 'idle'), 60_000)

  expect(await stopped(gateway, 'busy')).toBe(false)
  const { stderr } = gateway
  expect(stderr).toMatch(/"service":"idle-culler".*Culling server idle /)
  expect(stderr).not.toMatch(/Culling server busy/)
})
