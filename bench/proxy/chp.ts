import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/support/free-port.ts'
import { familyOf } from './processes.ts'
import { forEach, startListening } from './proxies.ts'
import type { Place, Subject } from './subject.ts'
import { IDLE_CREDENTIAL } from './subject.ts'

const PACKAGE = new URL('.', import.meta.resolve('configurable-http-proxy'))
const PROGRAM = fileURLToPath(new URL('bin/configurable-http-proxy', PACKAGE))

export async function chpVersion(): Promise<string> {
  const text = await readFile(new URL('package.json', PACKAGE), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** JupyterHub's proxy as JupyterHub starts it, with the routes added over its API. */
export async function startChp({ routes, cleanup, signal }: Place): Promise<Subject> {
  const [port, apiPort] = [await freePort(), await freePort()]
  const token = randomBytes(16).toString('hex')
  const where = ['--ip', '127.0.0.1', '--port', `${port}`]
  const api = ['--api-ip', '127.0.0.1', '--api-port', `${apiPort}`]
  const running = await startListening(
    [process.execPath, PROGRAM, ...where, ...api],
    [port, apiPort],
    { CONFIGPROXY_AUTH_TOKEN: token },
    signal,
  )
  const { pid } = cleanup.use(running)
  await forEach(routes, 16, async ({ user, url }) => {
    const answer = await fetch(`http://127.0.0.1:${apiPort}/api/routes/user/${user}`, {
      method: 'POST',
      headers: { authorization: `token ${token}` },
      body: JSON.stringify({ target: url }),
      signal,
    })
    await answer.arrayBuffer()
    if (answer.status !== 201) throw new Error(`CHP took no route: ${answer.status}`)
  })
  const targets = routes.map(({ user }) => {
    const prefix = `/user/${user}/`
    return { prefix, credential: IDLE_CREDENTIAL, visitorSecret: '', serverSecret: undefined }
  })
  return { key: 'chp', port, guards: false, targets, pids: () => familyOf(pid) }
}
