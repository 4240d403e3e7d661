import { JUPYTERHUB_VERSION } from '../../../src/api/version.ts'
import { GatewayProcess, PYTHON } from '../../support/gateway-process.ts'
import { SETTING } from '../setting.ts'
import type { RunningHub } from '../side.ts'
import { Gates, SERVER } from './gates.ts'

/** hubgate as `hubgate start` runs it, with a folder of its own. */
export async function startHubgate(): Promise<RunningHub> {
  await using made = new AsyncDisposableStack()
  const gates = made.use(await Gates.make())
  const cmd = [PYTHON, SERVER, gates.dir, '{port}', '{base_url}', '{username}', '{servername}']
  const config = { ...SETTING, spawner: { kind: 'process' as const, cmd } }
  const gateway = made.use(await GatewayProcess.start(config))
  const everything = made.move()
  return {
    name: 'hubgate',
    version: JUPYTERHUB_VERSION,
    port: gateway.port,
    release: (server) => gates.open(server),
    tail: () => `${gateway.stdout}\n${gateway.stderr}`.slice(-4000),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  }
}
